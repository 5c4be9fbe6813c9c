package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"

	"github.com/labstack/echo/v4"

	"changbei/internal/errs"
)

//go:embed assets
var assetFiles embed.FS

// assets are the vendored and own front-end files with their checksums. The
// checksum in the address lets browsers keep a file for good and still see a
// new one at once.
type assets map[string]assetFile

type assetFile struct {
	body []byte
	kind string
	sum  string
}

func loadAssets() (assets, error) {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		return nil, err
	}
	a := assets{}
	for _, e := range entries {
		body, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		a[e.Name()] = assetFile{body: body, kind: kindOf(e.Name()), sum: hex.EncodeToString(sum[:6])}
	}
	return a, nil
}

// kindOf does not ask the machine: an office PC's registry may call a script
// plain text.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// url gives the address of a file. A name that is not there fails the page:
// the test that renders every page then finds it.
func (a assets) url(name string) (string, error) {
	f, ok := a[name]
	if !ok {
		return "", fmt.Errorf("web: no asset %s", name)
	}
	return "/assets/" + name + "?v=" + f.sum, nil
}

const forGood = "public, max-age=31536000, immutable"

func (s *Server) asset(c echo.Context) error {
	f, ok := s.assets[c.Param("name")]
	if !ok {
		return errs.New(errs.NotFound, "没有这个文件。")
	}
	if c.QueryParam("v") == f.sum {
		c.Response().Header().Set("Cache-Control", forGood)
	}
	return c.Blob(http.StatusOK, f.kind, f.body)
}
