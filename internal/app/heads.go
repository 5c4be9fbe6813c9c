package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"changbei/internal/anchor"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
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
	mine := anchor.Read(own)
	mine.Own = true
	kept := []anchor.Kept{mine}
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
	if note := keepHeads(ctx, inv, own, report.Heads); note != "" {
		report.Notes = append(report.Notes, note)
	}
	return report, nil
}

// keepHeads writes heads down, and says why where it could not: the books are
// in order all the same. Only then does the database learn how far the file was
// written: a stop between the two leaves more in the file than it must hold.
func keepHeads(ctx context.Context, inv *inventory.Service, path string, heads []inventory.HeadEnd) (note string) {
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
	if err := inv.KeepMark(ctx, anchor.Read(path).Mark()); err != nil {
		return "数据库没有记下账外校验文件写到了第几行：" + errs.MessageOf(err)
	}
	return ""
}

// headsMissing says that the file does not exist yet, or holds nothing of a
// depot that has vouchers. A file with faults is evidence and not written to.
func (a *App) headsMissing(ctx context.Context) bool {
	kept := anchor.Read(filepath.Join(a.config.Data, headsName))
	if len(kept.Faults) > 0 {
		return false
	}
	known := map[id.ID]bool{}
	for _, l := range kept.Lines {
		known[l.DepotID] = true
	}
	heads, err := a.uses.inventory.AllHeads(ctx)
	return err == nil && slices.ContainsFunc(heads, func(h inventory.HeadEnd) bool {
		return !known[h.Depot.ID] && (h.Seq > 0 || len(known) == 0)
	})
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
	if note := keepHeads(ctx, a.uses.inventory, filepath.Join(a.config.Data, headsName), heads); note != "" {
		a.log.Warn("heads at stop", "note", note)
	}
}
