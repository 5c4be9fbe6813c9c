package catalog

import (
	"strings"
	"sync"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// maxReadings bounds the readings kept of one name. A name of six characters
// with two readings each has 64; the likely ones (no rare reading, then one,
// then two) come first, and eight have been enough for every name seen.
const maxReadings = 8

// sound is one way to read a name: "zp" and "zhangpeng" for 帐篷.
type sound struct{ initials, full string }

// readings caches the syllables of a character: the dictionary's own lookup
// runs regular expressions. Bounded by the number of Chinese characters.
var readings sync.Map

var pinyinArgs = pinyin.Args{Style: pinyin.Normal, Heteronym: true, Fallback: keepLatin}

// keepLatin lets letters and digits stand for themselves, so that N95 is found
// by n95; everything else has no sound.
func keepLatin(r rune, _ pinyin.Args) []string {
	if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return []string{string(unicode.ToLower(r))}
	}
	return nil
}

// syllables gives all readings of a character without tones, the most common
// first; none for punctuation.
func syllables(r rune) []string {
	if got, ok := readings.Load(r); ok {
		return got.([]string)
	}
	var list []string
	for _, s := range pinyin.SinglePinyin(r, pinyinArgs) {
		if isPlain(s) {
			list = append(list, s)
		}
	}
	readings.Store(r, list)
	return list
}

// isPlain drops the dictionary's few readings that are no typed letters (ḿ).
func isPlain(s string) bool {
	for i := range len(s) {
		if (s[i] < 'a' || s[i] > 'z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

// sounds gives the ways to read a text, at most maxReadings, each once.
func sounds(text string) []sound {
	var choices [][]string
	for _, r := range norm.NFKC.String(text) {
		if s := syllables(r); len(s) > 0 {
			choices = append(choices, s)
		}
	}
	if len(choices) == 0 {
		return nil
	}
	c := combiner{choices: choices, picked: make([]string, len(choices)), seen: map[sound]bool{}}
	for rare := range len(choices) + 1 {
		c.pick(0, rare)
	}
	return c.found
}

// FindText is what a short list shown in the browser is narrowed by: code, name,
// spec, and how the name sounds.
func FindText(it Item) string {
	parts := []string{strings.ToLower(it.Code), Key(it.Name + it.Spec)}
	for _, s := range sounds(it.Name) {
		parts = append(parts, s.initials, s.full)
	}
	return strings.ToLower(strings.Join(parts, " "))
}

// combiner walks the combinations of syllables by how many rare readings they
// hold, until it has enough.
type combiner struct {
	choices [][]string
	picked  []string
	seen    map[sound]bool
	found   []sound
}

func (c *combiner) pick(at, rare int) {
	switch {
	case len(c.found) == maxReadings || rare > len(c.choices)-at:
		return
	case at == len(c.choices):
		c.keep()
		return
	}
	c.picked[at] = c.choices[at][0]
	c.pick(at+1, rare)
	if rare == 0 {
		return
	}
	for _, s := range c.choices[at][1:] {
		c.picked[at] = s
		c.pick(at+1, rare-1)
	}
}

func (c *combiner) keep() {
	initials := make([]byte, len(c.picked))
	for i, s := range c.picked {
		initials[i] = s[0]
	}
	s := sound{string(initials), strings.Join(c.picked, "")}
	if !c.seen[s] {
		c.seen[s] = true
		c.found = append(c.found, s)
	}
}

// latin gives a typed word as pinyin is written, or "" when it holds anything
// but letters and digits. ü is typed v.
func latin(word string) string {
	w := strings.ReplaceAll(strings.ToLower(norm.NFKC.String(word)), "ü", "v")
	w = strings.ReplaceAll(w, "'", "")
	if !isPlain(w) {
		return ""
	}
	return w
}
