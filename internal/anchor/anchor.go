// Package anchor keeps the ends of the ledger's chains outside the database: a
// text file that only grows, a line per depot and change, each line chained to
// the one before.
//
// Whoever changes the database and hashes all of it again still cannot make it
// fit what was written down here, least of all on a copy that was carried
// away. It may import id and errs; it knows no SQL and no rule of the books.
package anchor

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"changbei/internal/id"
)

// Head is where the chains of a depot's vouchers and audit records end. Depot
// 0 is the system, which has audit records only.
type Head struct {
	DepotID   id.ID
	Code      string // of the depot, for people; "" = the system
	Seq       int64  // of the last voucher, 0 = none
	Hash      string
	AuditSeq  int64
	AuditHash string
}

// Line is a head as the file holds it.
type Line struct {
	Head
	At     string // when it was written, RFC 3339
	Number int    // of the line, from 1
	Chain  string // the hash over it and all lines before
}

// Fault is something about the file itself that is not as it was written.
type Fault struct {
	Number int // of the line, 0 = the whole file
	Text   string
}

// Kept is what a file holds. A file with faults proves what stands before the
// first of them.
type Kept struct {
	Path   string
	Own    bool // the program's own, no copy: it must hold all that was ever written to it
	Exists bool
	Lines  []Line
	Faults []Fault
	Torn   bool // the last line was cut off while it was written, and is left out
	last   string
	whole  int64 // bytes up to the end of the last whole line
}

// Mark is how far a file was written. A file's chain of lines proves each of
// them but not that none was cut off the end, so whoever writes it remembers
// the mark elsewhere.
type Mark struct {
	File string // tells the file from one begun anew, "" = it holds nothing
	Line int    // the number of the last line
	End  string // its hash
}

// Mark gives how far the file reaches.
func (k Kept) Mark() Mark {
	if len(k.Lines) == 0 {
		return Mark{}
	}
	last := k.Lines[len(k.Lines)-1]
	return Mark{File: k.Lines[0].Chain, Line: last.Number, End: last.Chain}
}

// Misses says what a file that was once written up to a mark has lost, "" for
// nothing.
func (k Kept) Misses(m Mark) string {
	last := k.Mark()
	if last.Line < m.Line {
		return fmt.Sprintf("数据库记着这份文件写到第 %d 行，现在只到第 %d 行：末尾的行被删去，或换成了旧的副本", m.Line, last.Line)
	}
	for _, l := range k.Lines {
		if l.Number == m.Line && l.Chain != m.End {
			return fmt.Sprintf("第 %d 行不是当时写下的那一行", m.Line)
		}
	}
	return ""
}

// title is the file's first line. The chain begins with it.
const title = "# 常备账外校验：每行记下一个储备库的单据链和审计链当时的末尾，行行相扣。请勿改动，可随时复制一份另行保管。"

// fields of a line: time, depot, its code, voucher sequence and hash, audit
// sequence and hash, and the hash over the line before and this one.
const fields = 8

// Read reads a file. One that is not there holds nothing; one that cannot be
// read or does not chain has a fault, never an error: the check names it.
func Read(path string) Kept {
	k := Kept{Path: path}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return k
	}
	k.Exists = true
	if err != nil {
		k.Faults = append(k.Faults, Fault{Text: "文件读不出来，请检查权限"})
		return k
	}
	k.read(b)
	return k
}

func (k *Kept) read(b []byte) {
	for n := 1; len(b) > 0; n++ {
		end := bytes.IndexByte(b, '\n')
		if end < 0 { // the power went while it was written
			k.Torn = true
			return
		}
		line := strings.TrimSuffix(string(b[:end]), "\r") // a copy may have passed through another system
		if fault := k.take(n, line); fault != "" {
			k.Faults = append(k.Faults, Fault{n, fault})
			return // what follows hangs on this line
		}
		k.whole += int64(end) + 1
		b = b[end+1:]
	}
}

// take adds a line, or says what is wrong with it.
func (k *Kept) take(n int, line string) string {
	if n == 1 {
		if line != title {
			return "不是账外校验文件，或第一行被改动过"
		}
		k.last = chained("", title)
		return ""
	}
	content, hash, _ := cutLast(line)
	if hash != chained(k.last, content) {
		return "与前一行不相扣，这一行或前面的行被改动、删除过"
	}
	l, ok := parse(content)
	if !ok {
		return "读不懂这一行"
	}
	l.Number, l.Chain = n, hash
	k.Lines, k.last = append(k.Lines, l), hash
	return ""
}

func cutLast(line string) (content, last string, ok bool) {
	i := strings.LastIndexByte(line, ' ')
	if i < 0 {
		return line, "", false
	}
	return line[:i], line[i+1:], true
}

func chained(before, content string) string {
	sum := sha256.Sum256([]byte(before + "\n" + content))
	return hex.EncodeToString(sum[:])
}

const none = "-"

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

func (h Head) content(at string) string {
	return fmt.Sprintf("%s %d %s %d %s %d %s", at, h.DepotID, orNone(h.Code), h.Seq, orNone(h.Hash), h.AuditSeq, orNone(h.AuditHash))
}

func parse(content string) (l Line, ok bool) {
	f := strings.Split(content, " ")
	if len(f) != fields-1 {
		return l, false
	}
	var failed [3]error
	var depot int64
	depot, failed[0] = strconv.ParseInt(f[1], 10, 64)
	l.Seq, failed[1] = strconv.ParseInt(f[3], 10, 64)
	l.AuditSeq, failed[2] = strconv.ParseInt(f[5], 10, 64)
	l.DepotID = id.ID(depot)
	l.At = f[0]
	for text, to := range map[int]*string{2: &l.Code, 4: &l.Hash, 6: &l.AuditHash} {
		if f[text] != none {
			*to = f[text]
		}
	}
	return l, errors.Join(failed[:]...) == nil
}
