package web

import (
	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/web/view"
)

// depotOptions lists depots for a select.
func depotOptions(depots []place.Depot, chosen id.ID) []view.Option {
	options := make([]view.Option, 0, len(depots))
	for _, d := range depots {
		options = append(options, view.Option{Value: d.ID.String(), Label: d.Name, Checked: d.ID == chosen})
	}
	return options
}

// depotsWith keeps the open depots where the actor has a permission.
func depotsWith(actor access.Actor, p access.Permission, depots []place.Depot) []place.Depot {
	var kept []place.Depot
	for _, d := range depots {
		if !d.Closed && actor.May(p, d.ID) {
			kept = append(kept, d)
		}
	}
	return kept
}

// categoryOptions lists categories for a select.
func categoryOptions(cs []catalog.Category, chosen id.ID) []view.Option {
	options := make([]view.Option, 0, len(cs))
	for _, c := range cs {
		options = append(options, view.Option{Value: c.ID.String(), Label: c.Name, Checked: c.ID == chosen})
	}
	return options
}
