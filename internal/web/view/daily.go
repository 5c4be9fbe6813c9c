package view

// Daily is a depot's daily sheet (日结单).
type Daily struct {
	Base
	Depot, Code      string
	ExportURL        string // the day's lines as a workbook
	SelfURL, BackURL string
	On, Name         string // ISO, and as people say it
	Latest           string
	Previous, Next   string // URLs, Next "" = the sheet is today's
	Unit             string
	Custodian        string

	Counts  string // 入库单 2 张，出库单 1 张
	Rows    []DailyVoucher
	Late    []DailyVoucher
	Cut     string
	Items   []DailyItem
	Printed string

	Last                     string
	LastURL                  string
	Seq, AuditSeq            int64
	Tail, AuditTail, Warning string
	Empty                    Empty
}

// DailyVoucher is a voucher of the sheet.
type DailyVoucher struct {
	VoucherRow
	Other string // of a transfer: → 乙库, or ← 甲库
	Added bool   // recorded on another day than it happened
}

// DailyItem is an item's day.
type DailyItem struct {
	Code, Name, Spec, Unit  string
	CardURL                 string
	Received, Issued, Stock string
}
