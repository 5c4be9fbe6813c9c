package web

import (
	"fmt"
	"strings"

	"changbei/internal/planning"
	"changbei/internal/web/view"
)

// The trend is drawn in a box of these units; the page scales it.
const (
	chartWidth, chartHeight = 560, 120
	chartLeft, chartTop     = 34, 10
	chartFoot               = 18
)

// fillTrend draws the rate of the coming months. The scale begins at a multiple
// of ten below the lowest rate, so that a fall is seen.
func fillTrend(data *view.Coverage, trend []planning.Trend, q coverageQuery) {
	if len(trend) < 2 {
		return
	}
	lowest := trend[0].Rate
	for _, t := range trend {
		lowest = min(lowest, t.Rate)
	}
	floor := max(0, int(lowest)/1000*10-10)
	chart := view.Chart{Width: chartWidth, Height: chartHeight}
	y := func(percent int) int {
		return chartTop + (chartHeight-chartTop-chartFoot)*(100-percent)/(100-floor)
	}
	for _, p := range []int{100, (100 + floor) / 2, floor} {
		chart.Guides = append(chart.Guides, view.ChartGuide{Y: y(p), Text: fmt.Sprintf("%d%%", p)})
	}
	var points []string
	step := (chartWidth - chartLeft - 16) / (len(trend) - 1)
	for i, t := range trend {
		x := chartLeft + i*step
		yy := chartTop + (chartHeight-chartTop-chartFoot)*(10000-int(t.Rate))/((100-floor)*100)
		points = append(points, fmt.Sprintf("%d,%d", x, yy))
		at := q
		at.on = t.On
		label := fmt.Sprintf("%d月", t.Month())
		chart.Dots = append(chart.Dots, view.ChartDot{X: x, Y: yy, Label: label, Text: rateText(t.Rate) + "%", Last: i == len(trend)-1})
		data.Trend = append(data.Trend, view.TrendPoint{On: t.On, Label: t.On, Rate: rateText(t.Rate) + "%", URL: withQuery("/coverage", at.values())})
	}
	chart.Line = strings.Join(points, " ")
	last := chartLeft + (len(trend)-1)*step
	chart.Area = fmt.Sprintf("%d,%d %s %d,%d", chartLeft, chartHeight-chartFoot, chart.Line, last, chartHeight-chartFoot)
	data.Chart = chart
}
