// Package app is wiring only: config → store → use cases → web. The program's
// subcommands and the tests start it.
package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"changbei/internal/catalog"
	"changbei/internal/config"
	"changbei/internal/errs"
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
	return openAt(ctx, c)
}

// OpenExisting opens the configured database for a command that only reads.
// Where no embedded database is it makes none: books just made would be found
// in order, and the mistyped folder never noticed.
func OpenExisting(ctx context.Context, c config.Config) (*store.Store, error) {
	if c.DB == "" {
		if err := databaseIn(c.Data); err != nil {
			return nil, err
		}
	}
	return openAt(ctx, c)
}

const databaseName = "changbei.db"

func openAt(ctx context.Context, c config.Config) (*store.Store, error) {
	return store.Open(ctx, store.Options{SQLite: filepath.Join(c.Data, databaseName), MySQL: c.DB})
}

func databaseIn(dir string) error {
	if file := fileOnTheWay(dir); file != "" {
		return errs.New(errs.Invalid, "%s 是一个文件，不是文件夹。请用 --data 指明常备的数据文件夹。", file)
	}
	_, err := os.Stat(filepath.Join(dir, databaseName))
	if errors.Is(err, fs.ErrNotExist) {
		return errs.Wrap(errs.NotFound, err, "数据文件夹 %s 里没有常备的数据库（%s），什么也没有做。请用 --data 指明正在使用的数据文件夹。", shown(dir), databaseName)
	}
	if err != nil {
		return errs.Wrap(errs.Invalid, err, "看不了数据文件夹 %s：没有权限。请换一个能读写它的账户运行，或用 --data 指明别的文件夹。", shown(dir))
	}
	return nil
}

// shown is a folder as the operator can find it: a relative name says little
// to somebody who mistook where the command was run.
func shown(dir string) string {
	if full, err := filepath.Abs(dir); err == nil {
		return full
	}
	return dir
}

// fileOnTheWay names the part of a folder's path that is a file, "" = none.
func fileOnTheWay(dir string) string {
	for {
		if st, err := os.Stat(dir); err == nil {
			if st.IsDir() {
				return ""
			}
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
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
