// Package templates carries the HTML of all pages. It holds files only;
// internal/web declares which page is shown with which struct.
//
// layout/ has the frames ("base" with menu, "gate" without), partial/ pieces
// that several pages share, page/<noun>/<view>.html one page each, which
// defines the blocks "title" and "content".
package templates

import "embed"

// Files are all templates.
//
//go:embed layout partial page
var Files embed.FS
