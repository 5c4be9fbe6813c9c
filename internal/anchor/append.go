package anchor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"changbei/internal/errs"
	"changbei/internal/id"
)

// lockTime is how long one program waits for another that writes the file: a
// line takes milliseconds.
const lockTime = 5 * time.Second

// Append writes the heads that have moved on since they were last written and
// waits until the disk has them. A last line that was cut off is cut away
// first. A file with faults is left as it is: it is evidence.
func Append(path string, heads []Head, at time.Time) (err error) {
	lock := flock.New(path + ".lock")
	wait, cancel := context.WithTimeout(context.Background(), lockTime)
	defer cancel()
	ok, err := lock.TryLockContext(wait, 50*time.Millisecond)
	if err != nil || !ok {
		return errs.Wrap(errs.Busy, err, "账外校验文件 %s 正被另一个程序写入，或所在文件夹不能写入。", path)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	k := Read(path)
	if len(k.Faults) > 0 {
		return errs.New(errs.Conflict, "账外校验文件 %s 第 %d 行：%s。没有再写入。", path, k.Faults[0].Number, k.Faults[0].Text)
	}
	text := k.more(heads, at.Format(time.RFC3339))
	if len(text) == 0 {
		return nil
	}
	if err := write(path, k.whole, text); err != nil {
		return errs.Wrap(errs.Busy, err, "账外校验文件 %s 写不进去，请检查权限和磁盘空间。", path)
	}
	return nil
}

// more gives the lines to add.
func (k *Kept) more(heads []Head, at string) []byte {
	last := map[id.ID]Head{}
	for _, l := range k.Lines {
		last[l.DepotID] = l.Head
	}
	var out bytes.Buffer
	if k.whole == 0 {
		fmt.Fprintln(&out, title)
		k.last = chained("", title)
	}
	moved := false
	for _, h := range heads {
		if old, known := last[h.DepotID]; known && old == h {
			continue
		}
		content := h.content(at)
		k.last = chained(k.last, content)
		fmt.Fprintln(&out, content, k.last)
		moved = true
	}
	if !moved {
		return nil
	}
	return out.Bytes()
}

// write puts text behind the whole lines, and on the disk.
func write(path string, from int64, text []byte) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Truncate(from); err != nil {
		return err
	}
	if _, err := f.WriteAt(text, from); err != nil {
		return err
	}
	err = f.Sync()
	if from == 0 {
		syncFolder(filepath.Dir(path))
	}
	return err
}

// syncFolder makes a new file's name last. Systems that cannot open a folder,
// or not sync one, keep names by themselves.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
