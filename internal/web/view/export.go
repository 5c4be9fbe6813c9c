package view

// Exports is the page of all that can be exported (报表导出), a form a kind.
type Exports struct {
	Base
	Kinds []ExportKind
	Items []Option // codes with names, for the fields that ask for goods
}

// ExportKind is the form of one kind. Failed says that it was sent and refused.
type ExportKind struct {
	Key, Name, About, Icon string
	Action                 string
	Fields                 []ExportField
	Failed                 bool
}

// ExportField is a field of a form: Input is select, month, date, check, item
// (goods from the page's list) or text.
type ExportField struct {
	ID, Name, Label string
	Input           string
	Value, Hint     string
	Latest          string // of a month or day, "" = any
	Any             string // of a select: what choosing nothing means
	Options         []Option
	Required        bool
}
