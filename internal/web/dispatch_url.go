package web

import "changbei/internal/id"

// The addresses of what moves goods.

func eventURL(event id.ID) string { return "/events#event-" + event.String() }

func responseURL(response id.ID) string { return "/responses/" + response.String() }

func requestURL(request id.ID) string { return "/requests/" + request.String() }

func orderURL(of id.ID) string { return "/orders/" + of.String() }

func loadURL(shipment id.ID) string { return "/loads/" + shipment.String() }
