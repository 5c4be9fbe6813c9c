package importing

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"changbei/internal/id"
	"changbei/internal/reading"
)

// paperForm are titles of papers that list goods and are no stock: a voucher, a
// request, a purchase, what a firm promises to hold.
var paperForm = regexp.MustCompile(`(入库|出库|验收|接收|收货|到货|领用|领料|发放|调拨|归还|借用|报废|报损|核销|损耗|消耗|需求|需用|申请|申领|采购|协议|代储).{0,6}(单|表|册|计划|清单|记录|台账|登记|明细|汇总|协议)`)

// stockWord makes a title speak of stock all the same: 采购储备物资库存表.
var stockWord = regexp.MustCompile(`库存|结存|盘点|收发存|实有|现存`)

// promised are headings of the firm that holds goods under an agreement, which
// are no stock of the office's own.
var promised = regexp.MustCompile(`(协议|代储|签约)(单位|企业|商户|供应商|方)`)

// paper gives the title or heading by which a stock list looks like another paper, "" where
// it does not.
func (p *Preview) paper() string {
	if p.Kind != reading.StockList {
		return ""
	}
	texts := []string{p.Result.Title}
	for _, t := range p.Result.Tables {
		texts = append(texts, t.Sheet)
		for _, c := range t.Columns {
			if promised.MatchString(c.Header) {
				return c.Header
			}
		}
	}
	for _, text := range append(texts, p.Batch.FileName) {
		if stockWord.MatchString(text) {
			return ""
		}
		if paperForm.MatchString(strings.Join(strings.Fields(text), "")) {
			return text
		}
	}
	return ""
}

// elsewhere says where a paper belongs that is taken on a page of its own.
func elsewhere(title string) string {
	switch {
	case requestTitle.MatchString(title):
		return "是需求报告的，请不要在这里导入，到“需求报告”里上传。"
	case rollTitle.MatchString(title):
		return "是发给群众的花名册的，请不要在这里导入，到“发放花名册”里上传。"
	}
	return ""
}

var (
	requestTitle = regexp.MustCompile(`需求|需用|申请|申领`)
	rollTitle    = regexp.MustCompile(`花名册|名册|发放(名单|登记)|领取登记`)
)

// Undecided reports a paper that may be no stock at all, and nobody said yet
// what to do with it: books brought down to its figures would be wrong.
func (p *Preview) Undecided() bool {
	return !slices.Contains(acts[p.Kind], p.Decisions.Act) && p.Form == nil && p.paper() != ""
}

// monthSheet is a sheet called after the month, quarter or half year it closes:
// 10月, 2026年十月份库存, 2026.10, 三季度, 上半年.
var monthSheet = regexp.MustCompile(`^(\d{4}年?)?(\d{1,2}|[一二三四五六七八九十]{1,2})月(份|底|末)*(库存|台账|盘点|结存|报表|明细)?$` +
	`|^\d{4}[.\-]?\d{1,2}$|^(\d{4}年?)?第?[一二三四1-4]季度?(末|库存|台账|报表)?$|^(\d{4}年?)?[上下]半年(库存|台账|报表)?$`)

// severalDays tells of a depot whose stock stands in the file for several days:
// added up it would be there twice. "" = there is none.
func (p *Preview) severalDays() string {
	seen := map[id.ID][]string{}
	for _, r := range p.Rows {
		if r.Aside || r.Skipped || r.Row.Table < 0 || r.Row.Table >= len(p.Result.Tables) {
			continue
		}
		t := p.Result.Tables[r.Row.Table]
		when := t.AsOf.String()
		if monthSheet.MatchString(t.Sheet) {
			when = t.Sheet
		}
		if when == "" || slices.Contains(seen[r.DepotID], when) {
			continue
		}
		if seen[r.DepotID] = append(seen[r.DepotID], when); len(seen[r.DepotID]) > 1 {
			return fmt.Sprintf("同一个储备库的库存在这份文件里有不止一天的：%s。一次只能导入一天的，请把其余的工作表改为不读，或另存为单独的文件再上传。", strings.Join(seen[r.DepotID], "、"))
		}
	}
	return ""
}
