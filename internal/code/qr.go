// Package code draws QR codes for paper and pages. A leaf: it knows a text and
// nothing of what it means.
package code

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Picture is a code as one SVG path in a square of Size modules, its white
// border counted in.
type Picture struct {
	Size int
	Path string
}

// quiet is the white border a reader needs, in modules.
const quiet = 4

// QR draws a text as a QR code: sharp at any size on paper, and no picture that
// a page would have to fetch. It stands a spot of dirt or a fold (level M).
func QR(text string) (Picture, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return Picture{}, fmt.Errorf("code: QR code of %q: %w", text, err)
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			run := 0
			for x+run < size && code.At(x+run, y) == color.Black {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
				x += run
			}
		}
	}
	return Picture{Size: size + 2*quiet, Path: path.String()}, nil
}
