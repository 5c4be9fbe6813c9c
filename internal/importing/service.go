// Package importing takes the ledgers offices keep: upload → read → preview →
// apply, and undo.
//
// A workbook is read anew whenever its preview is shown: reading is a pure
// function of the file and of what people decided, so nothing half-read is
// ever stored. Applying posts vouchers through the one posting function, all
// in one transaction. The package may import sheet, reading, the domain,
// posting and store; it knows no HTTP.
package importing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/grid"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/reading"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// Service holds what the use cases need.
type Service struct {
	store   *store.Store
	lexicon *reading.Lexicon
	words   *catalog.Words
	dir     string
}

// New makes the service. dir keeps the uploaded files, each under its hash.
func New(st *store.Store, lexicon *reading.Lexicon, words *catalog.Words, dir string) (*Service, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "建不了上传文件夹 %s，请检查数据文件夹的写入权限。", dir)
	}
	return &Service{store: st, lexicon: lexicon, words: words, dir: dir}, nil
}

// Batch is an uploaded ledger as lists show it.
type Batch = store.ImportBatch

// The statuses of a batch.
const (
	Uploaded  = "uploaded"
	Applied   = "applied"
	Undone    = "undone"
	Discarded = "discarded"
)

// Decisions are what people chose on a preview. Keys are row keys (sheet!cell)
// and words (name|spec|unit as the ledger writes them).
type Decisions struct {
	AsOf   string            `json:"as_of,omitempty"`  // ISO day, when the sheet names none or a wrong one
	Depots map[string]id.ID  `json:"depots,omitempty"` // depot as written → depot
	Items  map[string]Choice `json:"items,omitempty"`  // word → what it is
	Accept map[string]bool   `json:"accept,omitempty"` // row → a person said yes to its doubts
	Skip   map[string]bool   `json:"skip,omitempty"`   // row → leave out (true) or take although known (false)
}

// Choice says what an unknown or similar word is: an item, or a new one.
type Choice struct {
	Item   id.ID `json:"item,omitempty"`
	Create bool  `json:"create,omitempty"`
}

// Upload keeps a file, reads it and records the batch. A file that cannot be
// read is refused with the reason, and nothing is written.
func (s *Service) Upload(ctx context.Context, actor access.Actor, name string, file io.Reader) (Batch, error) {
	if !actor.MayAnywhere(access.LedgerImport) {
		return Batch{}, actor.Require(access.LedgerImport, 0)
	}
	hash, size, err := s.keep(file)
	if err != nil {
		return Batch{}, err
	}
	name = filepath.Base(filepath.Clean("/" + name))
	b := Batch{FileName: clip(name, 200), FileHash: hash, FileSize: size, Status: Uploaded, Version: 1, ActorID: actor.ID, ActorName: actor.Name, Decisions: "{}"}
	p, err := s.preview(ctx, actor, b, Decisions{})
	if err != nil {
		return b, err
	}
	p.record(&b)
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		b.ID = tx.NewID()
		if err := tx.InsertImport(ctx, b); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, audit(actor, "import.upload", b, "ok"))
	})
	return b, err
}

// keep streams a file to the upload folder under its SHA-256. The size limit
// is checked while reading, so that a huge file costs no more than the limit.
func (s *Service) keep(file io.Reader) (hash string, size int64, err error) {
	tmp, err := os.CreateTemp(s.dir, "upload-*")
	if err != nil {
		return "", 0, errs.Wrap(errs.Busy, err, "服务器磁盘写不进去，这次没有上传。请联系系统管理员检查磁盘后再试。")
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(file, sheet.MaxUpload+1))
	if err != nil {
		return "", 0, errs.Wrap(errs.Busy, err, "文件没有传完，请检查网络和服务器磁盘后重新上传。")
	}
	if size > sheet.MaxUpload {
		return "", 0, errs.New(errs.TooLarge, "文件超过 %d MB。请删去图片和无关的工作表，或按储备库拆成几个文件再上传。", sheet.MaxUpload>>20)
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	if err := tmp.Sync(); err != nil {
		return "", 0, errs.Wrap(errs.Busy, err, "服务器磁盘写不进去，这次没有上传。请联系系统管理员检查磁盘后再试。")
	}
	return hash, size, os.Rename(tmp.Name(), s.path(hash))
}

func (s *Service) path(hash string) string { return filepath.Join(s.dir, hash) }

// File opens the uploaded file of a batch, to be fetched again.
func (s *Service) File(ctx context.Context, actor access.Actor, batch id.ID) (Batch, string, error) {
	b, err := s.batch(ctx, s.store.Read(), actor, batch)
	return b, s.path(b.FileHash), err
}

// batch gives a batch the actor may see: his own, or of a depot in his scope.
func (s *Service) batch(ctx context.Context, c *store.Conn, actor access.Actor, batch id.ID) (Batch, error) {
	b, err := c.Import(ctx, batch)
	if err != nil {
		return b, err
	}
	if b.ActorID != actor.ID && !actor.May(access.LedgerImport, b.DepotID) {
		return Batch{}, errs.New(errs.NotFound, "没有这个导入批次，或您无权查看。")
	}
	return b, nil
}

// Page is how many batches a page of the list shows.
const Page = 50

// Batches lists batches, newest first, from before a key.
func (s *Service) Batches(ctx context.Context, actor access.Actor, beforeAt int64, beforeID id.ID) (rows []Batch, more bool, err error) {
	all, depots := actor.Depots(access.LedgerImport)
	if !all && len(depots) == 0 {
		return nil, false, actor.Require(access.LedgerImport, 0)
	}
	rows, err = s.store.Read().Imports(ctx, store.Scope{All: all, Depots: depots}, actor.ID, beforeAt, beforeID, Page+1)
	if len(rows) > Page {
		return rows[:Page], true, err
	}
	return rows, false, err
}

// ReadFile reads a workbook without a database: the verdict of reading alone.
func ReadFile(path, name string, lexicon *reading.Lexicon, today day.Day) (*reading.Result, error) {
	wb, err := sheet.ReadFile(path, name)
	if err != nil {
		return nil, err
	}
	return readBook(wb, name, lexicon, today)
}

func readBook(wb *grid.Workbook, name string, lexicon *reading.Lexicon, today day.Day) (*reading.Result, error) {
	return reading.Read(wb, reading.Options{FileName: name, Today: today, Lexicon: lexicon})
}

func audit(actor access.Actor, act string, b Batch, result string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: b.FileName, Result: result,
		Detail: "sha256 " + b.FileHash, IP: actor.IP, RequestID: actor.RequestID}
}

func (b decided) encode() string {
	text, _ := json.Marshal(b.Decisions)
	return string(text)
}

// decided is a batch with its decisions unpacked.
type decided struct {
	Batch
	Decisions Decisions
}

func unpack(b Batch) (decided, error) {
	d := decided{Batch: b}
	if b.Decisions == "" {
		return d, nil
	}
	err := json.Unmarshal([]byte(b.Decisions), &d.Decisions)
	return d, err
}

func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}
