package app

import (
	"path/filepath"

	"changbei/internal/config"
	"changbei/internal/directory"
	"changbei/internal/importing"
	"changbei/internal/store"
)

// Importing makes the import of ledgers for a command beside the server, on an
// open database.
func Importing(c config.Config, st *store.Store) (*importing.Service, error) {
	lexicon, err := Lexicon()
	if err != nil {
		return nil, err
	}
	known, err := words()
	if err != nil {
		return nil, err
	}
	return importing.New(st, directory.New(st, directory.Options{}), lexicon, known, filepath.Join(c.Data, "uploads"))
}
