package reporting

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"changbei/internal/access"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/sheet"
	"changbei/internal/store"
)

// Template is an office's own workbook as lists show it.
type Template = store.ExportTemplate

// TemplateActive is the status of a template that may be exported with; the
// other is retired.
const TemplateActive = "active"

// The bounds of keeping templates.
const (
	maxTemplateName = 30  // characters; it stands in a select
	maxTemplateList = 500 // an office has a dozen
	maxTemplateRead = 8   // templates held read, a few hundred kilobytes each
	templateMark    = "upload-"
	templateOld     = 24 * time.Hour
)

// Templates keeps the offices' own workbooks and fills them. Safe for
// concurrent use.
type Templates struct {
	reports *Service
	folder  string // the files, each under its hash

	mu   sync.Mutex
	read map[string]*sheet.Template // by kind and hash
}

// NewTemplates makes it. What a crash left half received in the folder is
// cleared.
func NewTemplates(reports *Service, folder string) (*Templates, error) {
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		err = clearTemplates(folder)
	}
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "模板文件夹 %s 不能用，请检查数据文件夹的写入权限。", folder)
	}
	return &Templates{reports: reports, folder: folder, read: map[string]*sheet.Template{}}, nil
}

// clearTemplates removes files that were never received to the end; not young
// ones, since another program may be receiving into the same folder.
func clearTemplates(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), templateMark) || time.Since(info.ModTime()) < templateOld {
			continue // gone already, or somebody's
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Upload takes a workbook as a template of a kind. The name is what people
// choose it by, "" takes the file's; a name that is in use becomes a new
// version, and the one before is retired. A workbook that cannot be filled is
// refused with the reason, and nothing is kept.
func (t *Templates) Upload(ctx context.Context, actor access.Actor, kind, name, fileName string, file io.Reader) (Template, error) {
	if err := actor.Require(access.TemplateEdit, 0); err != nil {
		return Template{}, err
	}
	fileName = filepath.Base(filepath.Clean("/" + strings.ReplaceAll(fileName, `\`, "/")))
	e := Template{Kind: kind, FileName: clipped(fileName, 200), Status: TemplateActive, ActorID: actor.ID, ActorName: actor.Name}
	layout := layoutOf(kind)
	if layout == nil {
		return e, errs.New(errs.Invalid, "请选择这是哪一种表的模板。")
	}
	var err error
	if e.Name, err = templateName(name, fileName); err != nil {
		return e, err
	}
	tmp, err := t.receive(file, &e)
	if err != nil {
		return e, err
	}
	defer os.Remove(tmp) // gone already when it was kept
	if _, err := t.readFile(tmp, e, layout); err != nil {
		return e, err
	}
	if err := os.Rename(tmp, t.path(e)); err != nil {
		return e, errs.Wrap(errs.Busy, err, "服务器磁盘写不进去，这次没有上传。请联系系统管理员检查磁盘后再试。")
	}
	return t.record(ctx, actor, e)
}

func templateName(name, fileName string) (string, error) {
	name = strings.TrimSpace(cmp.Or(strings.TrimSpace(name), strings.TrimSuffix(fileName, filepath.Ext(fileName))))
	switch {
	case name == "":
		return "", errs.New(errs.Invalid, "请给模板起个名称。")
	case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", errs.New(errs.Invalid, "模板名称里有看不见的字符，请重新填写。")
	case len([]rune(name)) > maxTemplateName:
		return "", errs.New(errs.Invalid, "模板名称有 %d 字，请不要超过 %d 字。", len([]rune(name)), maxTemplateName)
	}
	return name, nil
}

func clipped(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}

// receive streams a file into the folder; the limit is checked on the way.
func (t *Templates) receive(file io.Reader, e *Template) (path string, err error) {
	tmp, err := os.CreateTemp(t.folder, templateMark+"*")
	if err != nil {
		return "", errs.Wrap(errs.Busy, err, "服务器磁盘写不进去，这次没有上传。请联系系统管理员检查磁盘后再试。")
	}
	defer func() {
		tmp.Close()
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	sum := sha256.New()
	e.FileSize, err = io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(file, sheet.MaxTemplate+1))
	switch {
	case err != nil:
		return "", errs.Wrap(errs.Busy, err, "文件没有传完，请检查网络和服务器磁盘后重新上传。")
	case e.FileSize > sheet.MaxTemplate:
		return "", errs.New(errs.TooLarge, "模板超过 %d MB。请删去里面的大图片和数据，只留一张空表，再上传。", sheet.MaxTemplate>>20)
	}
	e.FileHash = hex.EncodeToString(sum.Sum(nil))
	return tmp.Name(), tmp.Sync()
}

func (t *Templates) path(e Template) string { return filepath.Join(t.folder, e.FileHash) }

// readFile reads a template once and keeps it, by what is in it.
func (t *Templates) readFile(path string, e Template, layout templateLayout) (*sheet.Template, error) {
	key := e.Kind + " " + e.FileHash
	t.mu.Lock()
	known := t.read[key]
	t.mu.Unlock()
	if known != nil {
		return known, nil
	}
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, errs.Wrap(errs.NotFound, err, "模板“%s”的文件不在数据文件夹里了，请重新上传这个模板。", e.Name)
		}
		return nil, err
	}
	defer f.Close()
	read, err := sheet.ReadTemplate(f, e.FileSize, e.FileName, layout.fields())
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.read) >= maxTemplateRead {
		clear(t.read)
	}
	t.read[key] = read
	return read, nil
}

// record writes the row. The trail comes first: it takes the lock under which
// two uploads of one name get their versions one after the other.
func (t *Templates) record(ctx context.Context, actor access.Actor, e Template) (Template, error) {
	err := t.reports.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Audit(ctx, 0, templateAudit(actor, "template.upload", e)); err != nil {
			return err
		}
		last, err := tx.LastTemplate(ctx, e.Kind, e.Name)
		if err != nil {
			return err
		}
		e.ID, e.Version = tx.NewID(), 1
		if last != nil {
			e.Version = last.Version + 1
			if last.Status == TemplateActive {
				if err := tx.RetireTemplate(ctx, last.ID, actor.Name); err != nil {
					return err
				}
			}
		}
		return tx.InsertTemplate(ctx, e)
	})
	return e, err
}

func templateAudit(actor access.Actor, act string, e Template) ledger.AuditRecord {
	return ledger.AuditRecord{ActorID: int64(actor.ID), ActorName: actor.Name, Act: act, Object: e.Name, Result: "ok",
		Detail: e.Kind + " sha256 " + e.FileHash, IP: actor.IP, RequestID: actor.RequestID}
}

// List gives all templates, the active ones first.
func (t *Templates) List(ctx context.Context, actor access.Actor) ([]Template, error) {
	if !actor.MayAnywhere(access.StockView) {
		return nil, actor.Require(access.StockView, 0)
	}
	return t.reports.store.Read().Templates(ctx, "", false, maxTemplateList)
}

// Of gives the templates a kind may be exported with.
func (t *Templates) Of(ctx context.Context, kind string) ([]Template, error) {
	return t.reports.store.Read().Templates(ctx, kind, true, maxTemplateList)
}

// Retire takes a template out of use; its file stays.
func (t *Templates) Retire(ctx context.Context, actor access.Actor, template id.ID) (Template, error) {
	if err := actor.Require(access.TemplateEdit, 0); err != nil {
		return Template{}, err
	}
	var e Template
	err := t.reports.store.Tx(ctx, func(tx *store.Tx) (err error) {
		if e, err = tx.Template(ctx, template); err != nil {
			return err
		}
		if err := tx.Audit(ctx, 0, templateAudit(actor, "template.retire", e)); err != nil {
			return err
		}
		return tx.RetireTemplate(ctx, template, actor.Name)
	})
	return e, err
}

// Get gives a template, retired or not, and where its file lies.
func (t *Templates) Get(ctx context.Context, actor access.Actor, template id.ID) (Template, string, error) {
	if !actor.MayAnywhere(access.StockView) {
		return Template{}, "", actor.Require(access.StockView, 0)
	}
	e, err := t.reports.store.Read().Template(ctx, template)
	return e, t.path(e), err
}
