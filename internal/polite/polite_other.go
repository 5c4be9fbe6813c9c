//go:build !linux

package polite

// stepBack does nothing: other systems lower whole processes only.
func stepBack() {}
