package web

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"

	"changbei/internal/web/view"
)

// qrQuiet is the white border a reader needs, in modules.
const qrQuiet = 4

// qrCode draws a text as a QR code: sharp at any size on paper, and no picture
// that a page would have to fetch. It stands a spot of dirt or a fold (level M).
func qrCode(text string) (view.Code, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return view.Code{}, fmt.Errorf("web: code of %q: %w", text, err)
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
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+qrQuiet, y+qrQuiet, run, run)
				x += run
			}
		}
	}
	return view.Code{Size: size + 2*qrQuiet, Path: path.String()}, nil
}
