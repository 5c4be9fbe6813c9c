package view

// TemplateList is the page of the offices' own export layouts (导出模板).
type TemplateList struct {
	Base
	MayEdit bool
	Kinds   []TemplateKind
	Rows    []TemplateRow
	Empty   Empty
	MaxMB   int

	Kind, Name string // as typed in a form that was refused
}

// Options are the kinds as choices of the upload form.
func (p TemplateList) Options() []Option {
	var out []Option
	for _, k := range p.Kinds {
		out = append(out, Option{Value: k.Kind, Label: k.Name, Checked: k.Kind == p.Kind})
	}
	return out
}

// TemplateKind is a kind of export: its fields as they are written in a
// workbook, and where its sample is.
type TemplateKind struct {
	Kind, Name, About string
	SampleURL         string
	Line, Head        []string // {{物资名称}}
}

// TemplateRow is one uploaded template.
type TemplateRow struct {
	Name, Kind, File   string
	Version            int64
	FileURL, RetireURL string // RetireURL "" = may not be retired
	Status             Tag
	Uploader, Uploaded string
	Retirer, Retired   string
}

// Export is the export button of a page: a link, or with own layouts of the
// office a choice of them. URL "" = there is no built-in layout.
type Export struct {
	URL       string
	Action    string
	Hidden    []Option // the page's filter, to go along
	Templates []Option
}
