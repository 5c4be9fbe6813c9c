// Package importing takes the ledgers offices keep: upload → read → preview →
// apply, and undo.
//
// A workbook is read anew whenever its preview is shown: reading is a pure
// function of the file and of what people decided, so nothing half-read is
// ever stored. Applying posts vouchers through the one posting function, all
// in one transaction. The package may import sheet, reading, the domain,
// directory (which makes the goods and bins a ledger names), posting and store;
// it knows no HTTP.
package importing

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/reading"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// Service holds what the use cases need.
type Service struct {
	store     *store.Store
	directory *directory.Service
	lexicon   *reading.Lexicon
	words     *catalog.Words
	folder    string
	turns     chan struct{} // one for each workbook being read
	patience  time.Duration
	books     books
	progress  progressBoard
}

// New makes the service. folder keeps the uploaded files, each under its hash;
// what a crash left in it is cleared.
func New(st *store.Store, dir *directory.Service, lexicon *reading.Lexicon, words *catalog.Words, folder string) (*Service, error) {
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		err = clearLeftovers(folder)
	}
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "上传文件夹 %s 不能用，请检查数据文件夹的写入权限。", folder)
	}
	return &Service{store: st, directory: dir, lexicon: lexicon, words: words, folder: folder,
		turns: make(chan struct{}, readersAtOnce), patience: patience}, nil
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

// Upload keeps a file, reads it and records the batch. A file that cannot be
// read is refused with the reason, and nothing is written.
func (s *Service) Upload(ctx context.Context, actor access.Actor, name string, file io.Reader) (Batch, error) {
	if !actor.MayAnywhere(access.LedgerImport) {
		return Batch{}, actor.Require(access.LedgerImport, 0)
	}
	f, err := s.receive(file)
	if err != nil {
		return Batch{}, err
	}
	defer os.Remove(f.path) // gone already when it was kept
	name = filepath.Base(filepath.Clean("/" + name))
	b := Batch{FileName: clip(name, 200), FileHash: f.hash, FileSize: f.size, Status: Uploaded, Version: 1, ActorID: actor.ID, ActorName: actor.Name, Decisions: "{}"}
	p, err := s.read(ctx, actor, b, Decisions{}, f.path)
	if err != nil {
		return Batch{}, err
	}
	if err := s.keep(f); err != nil {
		return Batch{}, err
	}
	p.record(&b)
	b.Decisions = p.Decisions.encode()
	err = s.store.Tx(ctx, func(tx *store.Tx) error {
		b.ID = tx.NewID()
		if err := tx.InsertImport(ctx, b); err != nil {
			return err
		}
		return tx.Audit(ctx, 0, audit(actor, "import.upload", b, "ok"))
	})
	return b, err
}

// File opens the uploaded file of a batch, to be fetched again.
func (s *Service) File(ctx context.Context, actor access.Actor, batch id.ID) (Batch, string, error) {
	d, err := s.batch(ctx, s.store.Read(), actor, batch)
	return d.Batch, s.path(d.FileHash), err
}

// ReadFile reads a workbook without a database: the verdict of reading alone.
func ReadFile(path, name string, lexicon *reading.Lexicon, today day.Day) (*reading.Result, error) {
	wb, err := sheet.ReadFile(path, name)
	if err != nil {
		return nil, err
	}
	return reading.Read(wb, reading.Options{FileName: name, Today: today, Lexicon: lexicon})
}

func audit(actor access.Actor, act string, b Batch, result string) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: b.FileName, Result: result,
		Detail: "sha256 " + b.FileHash, IP: actor.IP, RequestID: actor.RequestID}
}

func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}
