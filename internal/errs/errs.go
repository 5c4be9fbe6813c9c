// Package errs is the one error type of the product.
//
// An Error carries a Kind, which the edge turns into an HTTP status or an exit
// code, and a Message in Chinese that tells a person what is wrong and what to
// do next. Everything that is not an Error is Internal: its text goes to the
// log and never to a person. The package imports nothing of the project.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what class of trouble an error is. The zero value is Internal, so
// that a forgotten kind never leaks its text to a user.
type Kind uint8

// The kinds, each with the one status that web gives it.
const (
	Internal Kind = iota
	Invalid
	NotFound
	Conflict
	Forbidden
	Unauthenticated
	TooLarge
	Busy
)

var kindNames = [...]string{"internal", "invalid", "not found", "conflict", "forbidden", "unauthenticated", "too large", "busy"}

// Error makes a Kind a target for errors.Is: errors.Is(err, errs.NotFound).
func (k Kind) Error() string { return kindNames[k] }

// Kinds lists every kind, for tables that must be complete.
func Kinds() []Kind {
	return []Kind{Internal, Invalid, NotFound, Conflict, Forbidden, Unauthenticated, TooLarge, Busy}
}

// Field is one wrong form field or cell: its name as the form knows it
// ("line.2.qty") and a Chinese sentence saying what is wrong and the remedy.
type Field struct {
	Name    string
	Message string
}

// Error is what use cases return. Message is for people; Err is for the log.
type Error struct {
	Kind    Kind
	Message string
	Fields  []Field
	Err     error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.Error())
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	for _, f := range e.Fields {
		b.WriteString("; " + f.Name + ": " + f.Message)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches a Kind, so that errors.Is(err, errs.Conflict) reads well.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.Kind
}

// New makes an error of a kind with a Chinese sentence.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap keeps a cause for the log behind a sentence for people.
func Wrap(kind Kind, err error, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Err: err}
}

// KindOf gives the kind of an error; a plain error is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// MessageOf gives the sentence for people. Internal errors get a fixed one,
// because their own text may hold SQL or paths.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Kind != Internal && e.Message != "" {
		return e.Message
	}
	if KindOf(err) == Invalid {
		return "填写的内容有误，请按提示修改后再提交。"
	}
	return "系统出错了，本次操作没有保存。请稍后再试；若仍出错，请把页面上的请求编号告诉管理员。"
}

// FieldsOf gives the wrong fields an error names, if any.
func FieldsOf(err error) []Field {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

// Check collects wrong fields, so that a form reports all of them at once.
type Check struct{ fields []Field }

// Add records a wrong field.
func (c *Check) Add(name, format string, args ...any) {
	c.fields = append(c.fields, Field{Name: name, Message: fmt.Sprintf(format, args...)})
}

// OK reports whether nothing was recorded.
func (c *Check) OK() bool { return len(c.fields) == 0 }

// Fields gives what was recorded, in order.
func (c *Check) Fields() []Field { return c.fields }

// Err gives nil, or one Invalid error with every recorded field.
func (c *Check) Err() error {
	if c.OK() {
		return nil
	}
	message := c.fields[0].Message
	if n := len(c.fields); n > 1 {
		message = fmt.Sprintf("有 %d 处需要修改：%s", n, message)
	}
	return &Error{Kind: Invalid, Message: message, Fields: c.fields}
}
