package view

import "changbei/internal/order"

var natureTags = map[order.Nature]Tag{
	order.Real:        {Tone: "is-bad", Icon: "bolt"},
	order.Drill:       {Tone: "is-warn", Icon: "flag"},
	order.Preposition: {Tone: "is-info", Icon: "map-pin"},
	order.Daily:       {Icon: "calendar"},
}

// NatureTag says of everything that moves goods whether it is in earnest: a
// drill is marked wherever it is shown.
func NatureTag(n order.Nature) Tag {
	tag := natureTags[n]
	tag.Text = n.Name()
	return tag
}
