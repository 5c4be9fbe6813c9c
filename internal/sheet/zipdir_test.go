package sheet

import (
	"bytes"
	"encoding/binary"
	"testing"

	"changbei/internal/errs"
)

// zip64 gives the archive the end records of a streaming writer: the true
// figures in a zip64 record, the old record full of marks.
func zip64(data []byte) []byte {
	at := bytes.LastIndex(data, []byte(endSignature))
	count := uint64(binary.LittleEndian.Uint16(data[at+10:]))
	length := uint64(binary.LittleEndian.Uint32(data[at+12:]))
	offset := uint64(binary.LittleEndian.Uint32(data[at+16:]))
	out := append([]byte{}, data[:at]...)
	out = append(out, end64Signature...)
	out = binary.LittleEndian.AppendUint64(out, 44)
	out = append(out, 45, 0, 45, 0)
	out = append(out, make([]byte, 8)...)
	for _, v := range []uint64{count, count, length, offset} {
		out = binary.LittleEndian.AppendUint64(out, v)
	}
	out = append(out, locator64Signature...)
	out = append(out, make([]byte, 4)...)
	out = binary.LittleEndian.AppendUint64(out, uint64(at))
	out = append(out, 1, 0, 0, 0)
	out = append(out, endSignature...)
	out = append(out, 0, 0, 0, 0)
	return append(out, bytes.Repeat([]byte{0xff}, 12)...)
}

func TestZip64ArchiveIsRead(t *testing.T) {
	data := append(zip64(fine.zip()), 0, 0) // length of the comment
	if got := cell(t, mustRead(t, data), "A1").Raw; got != "帐篷" {
		t.Errorf("A1 = %q", got)
	}
}

func TestArchiveBehindOtherDataIsRefused(t *testing.T) {
	data := append([]byte("PK\x03\x04"), bytes.Repeat([]byte("x"), 100)...)
	_, err := readBytes(append(data, fine.zip()...))
	assertRefused(t, err, errs.Invalid, "目录", "另存为")
}

func TestDirectoryIsCountedBeforeItIsRead(t *testing.T) {
	// The end record says one entry; the directory holds 20,000.
	data := fine.zipWith(manyEntries(20_000)...)
	at := bytes.LastIndex(data, []byte(endSignature))
	binary.LittleEndian.PutUint16(data[at+8:], 1)
	binary.LittleEndian.PutUint16(data[at+10:], 1)
	_, err := readBytes(data)
	assertRefused(t, err, errs.TooLarge, "条目")
}
