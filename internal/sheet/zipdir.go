package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"strings"
)

// The limits of a zip archive.
const (
	// maxEntries: a workbook has some 20 parts and one for each picture.
	maxEntries = 10_000
	// maxDirectory bounds what is held of the directory itself.
	maxDirectory = 4 << 20
	// maxRatio is refused above ratioFrom bytes: real sheets inflate to 5–30
	// times their size, blank bombs to a thousand.
	maxRatio  = 200
	ratioFrom = 1 << 20
	// The sizes parts may inflate to, and all of them together.
	maxSheetPart   = 768 << 20
	maxStringsPart = 256 << 20
	maxOtherPart   = 32 << 20
	maxMediaPart   = 64 << 20
	maxTotal       = 1 << 30
)

const (
	endSignature       = "PK\x05\x06"
	end64Signature     = "PK\x06\x06"
	locator64Signature = "PK\x06\x07"
	entrySignature     = "PK\x01\x02"
	endLength          = 22
	locator64Length    = 20
	end64Length        = 56
	entryLength        = 46
	maxComment         = 1<<16 - 1
)

// archive is a zip directory that passed the guard.
type archive struct {
	src   io.ReaderAt
	parts map[string]*zip.File // by folded name
	names []string             // folded, in directory order
}

// openArchive reads and checks the directory of a zip file. Nothing is
// inflated: all caps are checked on what the directory claims, and openPart
// holds each part to its claim.
func openArchive(src io.ReaderAt, size int64) (*archive, error) {
	if err := checkDirectory(src, size); err != nil {
		return nil, err
	}
	reader, err := zip.NewReader(src, size)
	if err != nil && err != zip.ErrInsecurePath {
		return nil, brokenBy(err, "压缩包的目录已损坏，文件可能没有下载完")
	}
	a := &archive{src: src, parts: make(map[string]*zip.File, len(reader.File))}
	total := uint64(0)
	for _, f := range reader.File {
		if err := a.add(f); err != nil {
			return nil, err
		}
		if total += f.UncompressedSize64; total > maxTotal {
			return nil, tooMuch("解压后的总大小超过 %d MB", maxTotal>>20)
		}
	}
	return a, nil
}

// checkDirectory counts the entries before archive/zip allocates for them:
// that one follows the directory for as long as it finds entries, whatever the
// end record says. Data before the first entry is refused, so that both walk
// the same bytes.
func checkDirectory(src io.ReaderAt, size int64) error {
	offset, err := findDirectory(src, size)
	if err != nil {
		return err
	}
	limit := min(size-offset, maxDirectory+1)
	if offset < 0 || limit < 0 {
		return broken("压缩包的目录已损坏，文件可能没有下载完")
	}
	dir := make([]byte, limit)
	if _, err := src.ReadAt(dir, offset); err != nil && err != io.EOF {
		return brokenBy(err, "压缩包的目录读不出来")
	}
	at, count := 0, 0
	for ; at+entryLength <= len(dir) && string(dir[at:at+4]) == entrySignature; count++ {
		if count >= maxEntries {
			return tooMuch("压缩包里的条目超过 %d 个", maxEntries)
		}
		at += entryLength + int(binary.LittleEndian.Uint16(dir[at+28:])) +
			int(binary.LittleEndian.Uint16(dir[at+30:])) + int(binary.LittleEndian.Uint16(dir[at+32:]))
		if at > maxDirectory {
			return tooMuch("压缩包的目录超过 %d MB", maxDirectory>>20)
		}
	}
	if count == 0 {
		return broken("压缩包的目录已损坏，文件可能没有下载完")
	}
	return nil
}

// findDirectory gives the offset at which the directory starts. It decides as
// archive/zip does (odd 16-bit length included), for the same reason.
func findDirectory(src io.ReaderAt, size int64) (int64, error) {
	lost := broken("压缩包的目录不见了，文件可能没有下载完或被截断")
	tail := make([]byte, min(size, endLength+maxComment))
	if _, err := src.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return 0, lost
	}
	at := -1
	for i := len(tail) - endLength; i >= 0; i-- {
		if string(tail[i:i+4]) == endSignature && i+endLength+int(binary.LittleEndian.Uint16(tail[i+20:])) <= len(tail) {
			at = i
			break
		}
	}
	if at < 0 {
		return 0, lost
	}
	count := binary.LittleEndian.Uint16(tail[at+10:])
	length := binary.LittleEndian.Uint32(tail[at+12:])
	offset := binary.LittleEndian.Uint32(tail[at+16:])
	if count == 1<<16-1 || length == 1<<16-1 || offset == 1<<32-1 {
		end := size - int64(len(tail)) + int64(at)
		if found, ok := findDirectory64(src, end); ok {
			return found, nil
		}
	}
	return int64(offset), nil
}

// findDirectory64 follows the locator before the end record, which archives of
// streaming writers have whatever their size.
func findDirectory64(src io.ReaderAt, end int64) (int64, bool) {
	locator := make([]byte, locator64Length)
	if _, err := src.ReadAt(locator, end-locator64Length); end < locator64Length || err != nil ||
		string(locator[:4]) != locator64Signature || binary.LittleEndian.Uint32(locator[4:]) != 0 ||
		binary.LittleEndian.Uint32(locator[16:]) != 1 {
		return 0, false
	}
	at := int64(binary.LittleEndian.Uint64(locator[8:]))
	record := make([]byte, end64Length)
	if at < 0 || at > end {
		return 0, false
	}
	if _, err := src.ReadAt(record, at); err != nil || string(record[:4]) != end64Signature {
		return 0, false
	}
	return int64(binary.LittleEndian.Uint64(record[48:])), true
}

func (a *archive) add(f *zip.File) error {
	if err := checkEntryName(f.Name); err != nil {
		return err
	}
	name := foldName(f.Name)
	if _, twice := a.parts[name]; twice {
		return broken("压缩包里的“%s”出现了两次", shownToken([]byte(f.Name)))
	}
	if f.Flags&1 != 0 {
		return broken("压缩包设置了密码").mend("请去掉密码后再上传。")
	}
	if limit := partLimit(name); f.UncompressedSize64 > limit {
		return tooMuch("部件“%s”解压后有 %d MB，超过 %d MB 的上限",
			shownToken([]byte(f.Name)), f.UncompressedSize64>>20, limit>>20)
	}
	if f.UncompressedSize64 > ratioFrom && f.UncompressedSize64/maxRatio > f.CompressedSize64 {
		return tooMuch("部件“%s”的压缩比超过 %d 倍，像是恶意构造的文件", shownToken([]byte(f.Name)), maxRatio)
	}
	a.parts[name] = f
	a.names = append(a.names, name)
	return nil
}

// checkEntryName refuses names that would leave the archive's own folder.
func checkEntryName(name string) error {
	slashed := strings.ReplaceAll(name, `\`, "/")
	bad := slashed == "" || strings.HasPrefix(slashed, "/") || strings.ContainsAny(slashed, "\x00\n\r") ||
		len(slashed) > 1 && slashed[1] == ':'
	for element := range strings.SplitSeq(slashed, "/") {
		bad = bad || element == ".."
	}
	if bad {
		return broken("压缩包里有不安全的文件名“%s”", shownName(strings.ReplaceAll(slashed, "/", "∕")))
	}
	return nil
}

// foldName makes part names comparable: packages compare them without case,
// and some writers use backslashes.
func foldName(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
}

func partLimit(name string) uint64 {
	switch {
	case strings.Contains(name, "worksheets/") && strings.HasSuffix(name, ".xml"):
		return maxSheetPart
	case strings.Contains(name, "sharedstrings"):
		return maxStringsPart
	case strings.Contains(name, "/media/"):
		return maxMediaPart
	}
	return maxOtherPart
}

// has reports whether a part whose folded name begins so is in the archive.
func (a *archive) has(prefix string) bool {
	for _, name := range a.names {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// readSmall gives a whole part of at most limit bytes; nil when there is none.
func (a *archive) readSmall(name string, limit int64) ([]byte, error) {
	if a.parts[name] == nil {
		return nil, nil
	}
	part, err := a.openPart(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err != nil {
		return nil, located(err, "部件“%s”", name)
	}
	if int64(len(data)) > limit {
		return nil, located(tooMuch("内容超过 %d KB", limit>>10), "部件“%s”", name)
	}
	return bytes.TrimSpace(data), nil
}
