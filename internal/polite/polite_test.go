package polite_test

import (
	"errors"
	"io"
	"testing"

	"changbei/internal/polite"
)

func TestRun(t *testing.T) {
	if err := polite.Run(func() error { return io.ErrUnexpectedEOF }); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("err = %v", err)
	}
	defer func() {
		if recover() != "a bug" {
			t.Error("the panic was swallowed")
		}
	}()
	polite.Run(func() error { panic("a bug") })
}
