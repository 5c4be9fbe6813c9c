package store

import (
	"context"

	"changbei/internal/id"
	"changbei/internal/order"
)

// TimedLoad is a load with its six times and the names of what it went between.
type TimedLoad struct {
	OrderID    id.ID
	ShipmentID id.ID
	Number     string // of the order
	No         int    // of the load
	Nature     order.Nature
	ByWord     bool
	ResponseID id.ID // 0 = daily
	Response   string
	DepotID    id.ID
	Depot      string
	Target     string
	Times      order.Times
}

// SpeedFilter asks for loads whose goods were asked for from one instant up to
// another; zero fields mean "any".
type SpeedFilter struct {
	Scope
	From, To   int64
	ResponseID id.ID
	DepotID    id.ID // that sent
}

type timedRow struct {
	ShipmentID    id.ID        `db:"shipment_id"`
	No            int          `db:"shipment_no"`
	DepotID       id.ID        `db:"depot_id"`
	Depot         string       `db:"depot"`
	Target        string       `db:"target"`
	OrderID       id.ID        `db:"order_id"`
	Number        string       `db:"number"`
	Nature        order.Nature `db:"nature"`
	ByWord        bool         `db:"by_word"`
	Status        order.Status `db:"status"`
	ResponseID    id.ID        `db:"response_id"`
	Response      string       `db:"response"`
	RequestedAt   int64        `db:"requested_at"`
	RequestedName string       `db:"requested_name"`
	ProposedName  string       `db:"proposed_name"`
	DecidedAt     int64        `db:"decided_at"`
	DecidedName   string       `db:"decided_name"`
	PickedAt      int64        `db:"picked_at"`
	PickedName    string       `db:"picked_name"`
	LeftAt        int64        `db:"left_at"`
	LeftName      string       `db:"left_name"`
	ArrivedAt     int64        `db:"arrived_at"`
	ArrivedName   string       `db:"arrived_name"`
	SignedAt      int64        `db:"signed_at"`
	SignedName    string       `db:"signed_name"`
}

func (r timedRow) load() TimedLoad {
	o := order.Order{Status: r.Status, RequestedAt: r.RequestedAt, RequestedName: r.RequestedName, ProposedName: r.ProposedName, DecidedAt: r.DecidedAt, DecidedName: r.DecidedName}
	s := order.Shipment{PickedAt: r.PickedAt, PickedName: r.PickedName, LeftAt: r.LeftAt, LeftName: r.LeftName, ArrivedAt: r.ArrivedAt,
		ArrivedName: r.ArrivedName, SignedAt: r.SignedAt, SignedName: r.SignedName}
	return TimedLoad{OrderID: r.OrderID, ShipmentID: r.ShipmentID, Number: r.Number, No: r.No, Nature: r.Nature, ByWord: r.ByWord, ResponseID: r.ResponseID,
		Response: r.Response, DepotID: r.DepotID, Depot: r.Depot, Target: r.Target, Times: o.Times(s)}
}

// TimedLoads lists loads with their six times, the newest request first.
func (c *Conn) TimedLoads(ctx context.Context, f SpeedFilter, limit int) ([]TimedLoad, error) {
	if f.To == 0 {
		f.To = endOfTime
	}
	var rows []timedRow
	err := c.list(ctx, &rows, "speed-loads", M{"from_at": f.From, "to_at": f.To, "response_id": f.ResponseID, "depot_id": f.DepotID,
		"all_depots": f.All, "depots": f.Depots, "limit": limit})
	list := make([]TimedLoad, len(rows))
	for i, r := range rows {
		list[i] = r.load()
	}
	return list, err
}
