package sheet

import (
	"bytes"
	"unicode/utf8"
)

// htmlText joins the text of a cell as a browser shows it: runs of white space
// are one blank, elements that stand on lines of their own make lines.
type htmlText struct {
	out   []byte
	blank bool // white space since the last character
	fresh bool // an element began a line of its own that has no text yet
}

// write adds text. A no-break space is a blank that stays.
func (t *htmlText) write(text []byte) {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch r {
		case ' ', '\t', '\n', '\r', '\f':
			t.blank = true
		case '\u200b', '\ufeff': // marks without width
		default:
			t.space()
			if r == '\u00a0' {
				r = ' '
			}
			t.out = utf8.AppendRune(t.out, r)
		}
		text = text[n:]
	}
}

// space puts what was waiting before the next character.
func (t *htmlText) space() {
	if t.fresh && len(t.out) > 0 && t.out[len(t.out)-1] != '\n' {
		t.out = append(t.out, '\n')
	} else if t.blank && len(t.out) > 0 && t.out[len(t.out)-1] != '\n' {
		t.out = append(t.out, ' ')
	}
	t.blank, t.fresh = false, false
}

// lineBreak is <br>; block is the start or end of a paragraph.
func (t *htmlText) lineBreak() { t.out, t.blank, t.fresh = append(t.out, '\n'), false, false }
func (t *htmlText) block()     { t.fresh = true }

func (t *htmlText) size() int { return len(t.out) }

// take gives the text without white space around it, valid until the next
// write, and begins anew.
func (t *htmlText) take() []byte {
	text := bytes.TrimSpace(t.out)
	*t = htmlText{out: t.out[:0]}
	return text
}
