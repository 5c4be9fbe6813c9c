package sheet

import (
	"bytes"
	"io"
	"regexp"

	"github.com/richardlehane/mscfb"
	"github.com/xuri/excelize/v2"

	"changbei/internal/grid"
)

const (
	// knownPassword is what Excel itself encrypts with when somebody protects a
	// workbook from changes and sets no password to open it ([MS-OFFCRYPTO]
	// 2.4.2.3): such a file opens without a question and must be read.
	knownPassword = "VelvetSweatshop"
	// maxEncrypted bounds what is decrypted, which excelize does in memory.
	maxEncrypted = 20 << 20
	// maxSpins bounds the rounds of hashing; Excel and LibreOffice do 100,000.
	maxSpins = 100_000
)

var spins = regexp.MustCompile(`spinCount\s*=\s*["']\s*(\d+)\s*["']`)

// readEncrypted reads an encrypted .xlsx if the known password opens it, else
// says that the password is to be taken off. infos are the streams that say how
// it is encrypted, of which a file has one.
func readEncrypted(src io.ReaderAt, size int64, infos []*mscfb.File) (*grid.Workbook, error) {
	if size > maxEncrypted {
		return nil, needsPassword()
	}
	for _, f := range infos {
		info, err := readStream(f, size)
		if err != nil || !fewSpins(info) {
			return nil, needsPassword()
		}
	}
	raw := make([]byte, size)
	if n, err := src.ReadAt(raw, 0); int64(n) < size {
		return nil, brokenBy(err, "文件读不完整")
	}
	plain, err := decrypt(raw)
	if err != nil || !bytes.HasPrefix(plain, []byte("PK\x03\x04")) {
		return nil, needsPassword()
	}
	return readZip(bytes.NewReader(plain), int64(len(plain)))
}

// fewSpins looks at every mention, so that none can be hidden in an entity.
func fewSpins(info []byte) bool {
	found := spins.FindAllSubmatch(info, -1)
	for _, m := range found {
		if _, ok := parseCount(m[1], maxSpins); !ok {
			return false
		}
	}
	return len(found) == bytes.Count(info, []byte("spinCount"))
}

// decrypt guards against a panic of the library on a malformed container: the
// file is then what it seems to be, one with a password.
func decrypt(raw []byte) (plain []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			plain, err = nil, needsPassword()
		}
	}()
	return excelize.Decrypt(raw, &excelize.Options{Password: knownPassword})
}
