package errs

import "errors"

// code is the machine-readable reason behind a refusal's sentence, as the
// reading of ledgers reports it beside the cell.
type code string

func (c code) Error() string { return string(c) }

// Refuse makes an Invalid error with a code beside its Chinese sentence.
func Refuse(reason, format string, args ...any) error {
	return Wrap(Invalid, code(reason), format, args...)
}

// CodeOf gives the code of an error that Refuse made, "" for others.
func CodeOf(err error) string {
	var c code
	if errors.As(err, &c) {
		return string(c)
	}
	return ""
}
