package importing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"changbei/internal/errs"
	"changbei/internal/sheet"
)

// received is a file in the upload folder that nobody has read yet.
type received struct {
	path, hash string
	size       int64
}

// Files not yet read are called by what stands before their number; what a
// crash leaves of them is cleared at the next start, not at once, since another
// program may be receiving into the same folder.
const (
	receivedMark = "upload-"
	leftover     = 24 * time.Hour
)

// receive streams a file to the upload folder. The size limit is checked while
// reading, so that a huge file costs no more than the limit. Whoever receives
// a file removes it, or gives it its lasting name.
func (s *Service) receive(file io.Reader) (f received, err error) {
	tmp, err := os.CreateTemp(s.folder, receivedMark+"*")
	if err != nil {
		return f, errs.Wrap(errs.Busy, err, "服务器磁盘写不进去，这次没有上传。请联系系统管理员检查磁盘后再试。")
	}
	defer func() {
		tmp.Close()
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(tmp, sum), io.LimitReader(file, sheet.MaxUpload+1))
	if err != nil {
		return f, errs.Wrap(errs.Busy, err, "文件没有传完，请检查网络和服务器磁盘后重新上传。")
	}
	if size > sheet.MaxUpload {
		return f, errs.New(errs.TooLarge, "文件超过 %d MB。请删去图片和无关的工作表，或按储备库拆成几个文件再上传。", sheet.MaxUpload>>20)
	}
	if err := tmp.Sync(); err != nil {
		return f, errs.Wrap(errs.Busy, err, "服务器磁盘写不进去，这次没有上传。请联系系统管理员检查磁盘后再试。")
	}
	return received{tmp.Name(), hex.EncodeToString(sum.Sum(nil)), size}, nil
}

// keep gives a file that could be read its lasting name, its hash.
func (s *Service) keep(f received) error {
	if err := os.Rename(f.path, s.path(f.hash)); err != nil {
		return errs.Wrap(errs.Busy, err, "服务器磁盘写不进去，这次没有上传。请联系系统管理员检查磁盘后再试。")
	}
	return nil
}

func (s *Service) path(hash string) string { return filepath.Join(s.folder, hash) }

// clearLeftovers removes files that were never read to the end.
func clearLeftovers(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), receivedMark) || time.Since(info.ModTime()) < leftover {
			continue // gone already, or somebody's
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// A workbook takes some hundred megabytes while it is read. So many are read
// at once, whoever asks; the others wait, and are told so after a while.
const (
	readersAtOnce = 2
	patience      = 30 * time.Second
)

// turn waits for a turn to read a workbook; done gives it back.
func (s *Service) turn(ctx context.Context) (done func(), err error) {
	wait := time.NewTimer(s.patience)
	defer wait.Stop()
	select {
	case s.turns <- struct{}{}:
		return func() { <-s.turns }, nil
	case <-wait.C:
		err = context.DeadlineExceeded
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errs.Wrap(errs.Busy, err, "现在读取台账的人太多，请稍等一分钟再试，这次没有改动任何内容。")
}
