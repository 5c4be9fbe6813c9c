package code

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// TestACodeIsDrawnModuleByModule holds the path against the library's picture.
func TestACodeIsDrawnModuleByModule(t *testing.T) {
	for _, text := range []string{"http://192.168.1.5:8080/blanks/KB-WC01-2026-000012", "https://wc.example/sign/0123456789abcdef01234567", "单号"} {
		drawn, err := QR(text)
		if err != nil {
			t.Fatal(err)
		}
		made, err := qr.Encode(text, qr.M, qr.Auto)
		if err != nil {
			t.Fatal(err)
		}
		black := map[[2]int]bool{}
		for _, part := range strings.Split(drawn.Path, "M")[1:] {
			var x, y, n, back int
			if _, err := fmt.Sscanf(part, "%d %dh%dv1h-%dz", &x, &y, &n, &back); err != nil || n != back {
				t.Fatalf("%q: %v", part, err)
			}
			for i := range n {
				black[[2]int{x + i - quiet, y - quiet}] = true
			}
		}
		size := made.Bounds().Dx()
		if drawn.Size != size+2*quiet {
			t.Errorf("size %d of %d modules", drawn.Size, size)
		}
		for y := range size {
			for x := range size {
				if black[[2]int{x, y}] != (made.At(x, y) == color.Black) {
					t.Fatalf("%s: module %d, %d differs", text, x, y)
				}
			}
		}
	}
	if _, err := QR(strings.Repeat("长", 2000)); err == nil {
		t.Error("a text no code holds is drawn")
	}
}
