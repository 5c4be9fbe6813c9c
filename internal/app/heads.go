package app

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"changbei/internal/anchor"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/inventory"
)

// headsName is the file in the data folder that keeps the ends of the ledger's
// chains outside the database.
const headsName = "heads.txt"

// headsTime bounds the last look at the database when the program stops.
const headsTime = 5 * time.Second

// CheckBooks checks the ledger against the heads kept in the data folder, and
// in copies of that file kept elsewhere. When all agree it keeps where the
// chains end now.
func CheckBooks(ctx context.Context, inv *inventory.Service, data string, progress func(string), copies ...string) (inventory.CheckReport, error) {
	own := filepath.Join(data, headsName)
	kept := []anchor.Kept{anchor.Read(own)}
	for _, path := range copies {
		k := anchor.Read(path)
		if !k.Exists {
			return inventory.CheckReport{}, errs.New(errs.Invalid, "没有账外校验文件 %s，请核对 --heads 后面的路径。", path)
		}
		kept = append(kept, k)
	}
	report, err := inv.CheckAgainst(ctx, progress, kept...)
	if err != nil || !report.OK() {
		return report, err
	}
	if note := keepHeads(own, report.Heads); note != "" {
		report.Notes = append(report.Notes, note)
	}
	return report, nil
}

// keepHeads writes heads down, and says why where it could not: the books are
// in order all the same.
func keepHeads(path string, heads []inventory.HeadEnd) (note string) {
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return "没有数据文件夹 " + filepath.Dir(path) + "，这次的末尾校验码没有在数据库之外保存。"
	}
	list := make([]anchor.Head, len(heads))
	for i, h := range heads {
		list[i] = h.Anchor()
	}
	if err := anchor.Append(path, list, time.Now().In(day.Zone())); err != nil {
		return errs.MessageOf(err) + "这次的末尾校验码没有在数据库之外保存。"
	}
	return ""
}

// keepLastHeads writes down where the chains end when the program stops. The
// next check proves them; it takes a moment, so no stop waits for a check.
func (a *App) keepLastHeads() {
	ctx, cancel := context.WithTimeout(context.Background(), headsTime)
	defer cancel()
	heads, err := a.uses.inventory.AllHeads(ctx)
	if err != nil {
		a.log.Warn("heads at stop", "error", err.Error())
		return
	}
	if note := keepHeads(filepath.Join(a.config.Data, headsName), heads); note != "" {
		a.log.Warn("heads at stop", "note", note)
	}
}
