package view

// Speed is how fast loads went (调得快), each nature in a section of its own.
type Speed struct {
	Base
	From, To  string // as typed
	Depots    []Option
	Responses []Option
	Filtered  bool
	Sections  []SpeedSection
	Cut       string
	Empty     Empty
}

// SpeedSection is the figures of one nature.
type SpeedSection struct {
	Key     string
	Tag     Tag
	Loads   string // 2 / 3 车已签收
	Open    string // what stands in no figure, "" = nothing
	Kpis    []Kpi
	Heads   []string // of the legs
	Rows    []SpeedRow
	Chart   SpeedChart
	Times   []string // heads of the six times
	Slowest []SpeedLoad
}

// SpeedRow is the figures of all, of a depot or of a response.
type SpeedRow struct {
	Kind, Name, URL string // Kind is 全部, 储备库 or 响应
	Loads           string
	Legs            []SpeedCell
	Whole           bool // the row of all
}

// SpeedCell is a leg's figure; Median "" = no load has it behind it.
type SpeedCell struct{ Head, Median, Worst, Known string }

// SpeedChart is bars of medians with a line to the worst, drawn on the server.
type SpeedChart struct {
	Width, Height int
	Left          int // where the bars begin
	Bars          []SpeedBar
	Marks         []SpeedMark
}

// SpeedBar is a bar: Long to the median, Far to the worst.
type SpeedBar struct {
	Y, Mid     int // the bar's top and middle
	Foot       int // where its words stand
	Name       string
	Long, Far  int
	Text, Hint string
	TextX      int
	Whole      bool
}

// SpeedMark is a mark of the scale.
type SpeedMark struct {
	X    int
	Text string
}

// SpeedLoad is a load with its six times.
type SpeedLoad struct {
	Load, URL string
	Way       string // 区级中心库 → 安置点
	Group     string // the response
	ByWord    bool
	Times     []SpeedTime
	Whole     string
}

// SpeedTime is one of the six.
type SpeedTime struct{ Head, At, Who string }
