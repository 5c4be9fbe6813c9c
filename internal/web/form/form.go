// Package form reads what a page sent: named fields as they were typed, with a
// sentence for each that cannot be meant. It imports errs and id only; what a
// field means is the use case's to say.
package form

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"changbei/internal/errs"
	"changbei/internal/id"
)

// Bounds of a form: the largest voucher has a thousand lines of eleven fields.
const (
	maxFields = 20_000
	maxText   = 20_000 // bytes of one field
)

// Form holds the fields of one request and what is wrong with them.
type Form struct {
	values url.Values
	check  errs.Check
}

// Read takes the fields of a urlencoded body. Its size is bounded by the
// middleware; a body that is cut off or garbled is refused whole.
func Read(r *http.Request) (*Form, error) {
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, errs.Wrap(errs.TooLarge, err, "提交的内容过大，请分几张单据填写。")
		}
		return nil, errs.Wrap(errs.Invalid, err, "提交的内容不完整或格式有误，请返回上一页重新提交。")
	}
	return of(r.PostForm)
}

// Query takes the fields of the address.
func Query(r *http.Request) *Form {
	f, err := of(r.URL.Query())
	if err != nil {
		return &Form{values: url.Values{}}
	}
	return f
}

func of(values url.Values) (*Form, error) {
	n := 0
	for _, vs := range values {
		n += len(vs)
		for _, v := range vs {
			if len(v) > maxText {
				return nil, errs.New(errs.TooLarge, "有一项内容超过 %d 个字，请缩短后重新提交。", maxText/3)
			}
			if !utf8.ValidString(v) {
				return nil, errs.New(errs.Invalid, "提交的内容不是有效的文字（UTF-8），请重新填写。")
			}
		}
	}
	if n > maxFields {
		return nil, errs.New(errs.TooLarge, "提交的项目过多，请分几张单据填写。")
	}
	return &Form{values: values}, nil
}

// Text gives a field as typed, without the white space around it and without
// invisible characters.
func (f *Form) Text(name string) string { return Clean(f.values.Get(name)) }

// Figure gives a number's field without what stands around it. Inside it
// nothing is dropped, as Text does: whether 1 and 2 with something invisible
// between them are 12 is not for a form to decide, and parsing refuses it.
func (f *Form) Figure(name string) string { return Trim(f.values.Get(name)) }

// Trim drops white space and invisible marks around a text.
func Trim(v string) string {
	return strings.TrimFunc(v, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
}

// HasControl reports control characters other than tabs and line ends.
func HasControl(v string) bool {
	return strings.ContainsFunc(v, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r", r) })
}

// Clean drops what no keyboard means: control characters (scanners send some)
// and marks that turn the direction of writing. They are invisible, and two
// texts that look alike would be two.
func Clean(v string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200B, r == 0xFEFF:
			return -1
		}
		return r
	}, v))
}

// Secret gives a field exactly as typed: passwords may begin with a space.
func (f *Form) Secret(name string) string { return f.values.Get(name) }

// All gives every value of a field.
func (f *Form) All(name string) []string {
	var all []string
	for _, v := range f.values[name] {
		all = append(all, Clean(v))
	}
	return all
}

// Has reports whether a field was sent, even empty.
func (f *Form) Has(name string) bool { return f.values.Has(name) }

// Checked reports a ticked box.
func (f *Form) Checked(name string) bool { return f.values.Get(name) != "" }

// Names lists the fields in order of their names.
func (f *Form) Names() []string {
	names := make([]string, 0, len(f.values))
	for n := range f.values {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// ID gives a row's id, 0 for an empty field; anything else is recorded.
func (f *Form) ID(name string) id.ID {
	text := f.Text(name)
	if text == "" || text == "0" {
		return 0
	}
	v := id.Parse(text)
	if v == 0 {
		f.Fail(name, "选项已失效，请重新选择。")
	}
	return v
}

// Count gives a whole number of at least 0, 0 for an empty field; label names
// the field in the sentence.
func (f *Form) Count(name, label string) int {
	text := f.Text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		f.Fail(name, label+"应为不小于 0 的整数，现在是「"+text+"」。")
		return 0
	}
	return n
}

// Version gives the version a page was made from, 0 for anything else: a use
// case then finds a conflict.
func (f *Form) Version() int64 {
	n, _ := strconv.ParseInt(f.Text("version"), 10, 64)
	return n
}

// Fail records a wrong field.
func (f *Form) Fail(name, sentence string) { f.check.Add(name, "%s", sentence) }

// Err gives what was recorded, or nil.
func (f *Form) Err() error { return f.check.Err() }
