package sheet

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"changbei/internal/errs"
)

// resave mends almost every odd file: the office program reads what it can and
// writes a clean workbook.
const resave = "请用 WPS 或 Excel 打开后「另存为」.xlsx，再重新上传。"

// maxNameInMessage keeps a sentence readable whatever the file was called.
const maxNameInMessage = 60

// fault is what the inner readers return: what is wrong, where in the file, and
// how to mend it, still without the name of the file.
type fault struct {
	kind   errs.Kind
	where  string
	what   string
	remedy string
	cause  error
}

func (f *fault) Error() string { return f.where + f.what }

func (f *fault) Unwrap() error { return f.cause }

// mend replaces the usual remedy.
func (f *fault) mend(remedy string) *fault {
	f.remedy = remedy
	return f
}

func broken(format string, args ...any) *fault {
	return &fault{kind: errs.Invalid, what: fmt.Sprintf(format, args...), remedy: resave}
}

func brokenBy(cause error, format string, args ...any) *fault {
	f := broken(format, args...)
	f.cause = cause
	return f
}

func tooMuch(format string, args ...any) *fault {
	return &fault{kind: errs.TooLarge, what: fmt.Sprintf(format, args...), remedy: resave}
}

// located adds the place to an error that does not know it yet.
func located(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	var f *fault
	if !errors.As(err, &f) {
		f = brokenBy(err, "文件内容已损坏，无法读取")
	}
	if f.where == "" {
		f.where = fmt.Sprintf(format, args...)
	}
	return f
}

// refusal makes the sentence a person reads.
func refusal(err error, name string) *errs.Error {
	var f *fault
	if !errors.As(err, &f) {
		f = brokenBy(err, "文件内容已损坏，无法读取")
	}
	where := f.where
	if where != "" {
		where += "："
	}
	cause := f.cause
	if cause == nil {
		cause = errors.New("sheet: refused")
	}
	return errs.Wrap(f.kind, cause, "文件“%s”：%s%s。%s", shownName(name), where, f.what, f.remedy)
}

// shownName is the uploaded name without its folders, control characters and
// excess length: it comes from a browser and is printed on a page and in a log.
func shownName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > maxNameInMessage {
		name = string(runes[:maxNameInMessage]) + "…"
	}
	if strings.TrimSpace(name) == "" {
		return "未命名"
	}
	return name
}
