// Package app is wiring only: config → store → use cases → web. The program's
// subcommands and the tests start it.
package app

import (
	"context"
	"path/filepath"

	"changbei/internal/catalog"
	"changbei/internal/config"
	"changbei/internal/reading"
	"changbei/internal/store"
	"changbei/sql"
)

// OpenStore opens the configured database, making the data folder when it is
// not there.
func OpenStore(ctx context.Context, c config.Config) (*store.Store, error) {
	if err := makeFolder(c.Data); err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Options{SQLite: filepath.Join(c.Data, "changbei.db"), MySQL: c.DB})
}

// Lexicon loads the words the reader of ledgers knows.
func Lexicon() (*reading.Lexicon, error) {
	f, err := sql.Seed.Open("seed/synonyms.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return reading.LoadLexicon(f)
}

// words loads what the catalogue's matching knows.
func words() (*catalog.Words, error) {
	f, err := sql.Seed.Open("seed/synonyms.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return catalog.ReadWords(f)
}
