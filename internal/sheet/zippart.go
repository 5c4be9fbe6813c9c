package sheet

import (
	"archive/zip"
	"github.com/klauspost/compress/flate"
	"hash/crc32"
	"io"
)

// partReader inflates one part and holds it to the directory: exactly the size
// and the checksum that stand there. archive/zip would not do: it takes a
// checksum of zero for "not set", and a part that goes on behind its size is
// cut off by some readers without a word.
type partReader struct {
	src      io.Reader
	want     uint64
	wantCRC  uint32
	read     uint64
	sum      uint32
	finished bool
}

// openPart opens the part with the folded name.
func (a *archive) openPart(name string) (*partReader, error) {
	f := a.parts[name]
	if f == nil {
		return nil, broken("工作簿缺少部件“%s”", shownToken([]byte(name)))
	}
	offset, err := f.DataOffset()
	if err != nil {
		return nil, located(brokenBy(err, "压缩数据已损坏"), "部件“%s”", name)
	}
	section := io.NewSectionReader(a.src, offset, int64(f.CompressedSize64))
	p := &partReader{want: f.UncompressedSize64, wantCRC: f.CRC32}
	switch f.Method {
	case zip.Store:
		p.src = section
	case zip.Deflate:
		p.src = flate.NewReader(section) // a fifth faster than the standard library's
	default:
		return nil, located(broken("使用了不支持的压缩方式"), "部件“%s”", name)
	}
	return p, nil
}

func (p *partReader) Read(b []byte) (int, error) {
	if p.finished {
		return 0, io.EOF
	}
	n, err := p.src.Read(b)
	p.sum = crc32.Update(p.sum, crc32.IEEETable, b[:n])
	p.read += uint64(n)
	if p.read > p.want {
		return 0, broken("压缩数据比目录里写的长，像是恶意构造的文件")
	}
	switch {
	case err == io.EOF && p.read < p.want:
		return n, broken("压缩数据不完整，文件可能没有下载完或被截断")
	case err == io.EOF && p.sum != p.wantCRC:
		return n, broken("校验码不符，内容在保存或传送时被改动或损坏")
	case err == io.EOF:
		p.finished = true
	case err != nil:
		return n, brokenBy(err, "压缩数据已损坏")
	}
	return n, err
}
