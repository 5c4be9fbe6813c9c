// Package order holds what moves goods in an emergency: events and responses,
// what streets ask for, dispatch orders with their shipments, receipts, and
// what becomes of the goods until every street owes nothing.
//
// An order (调拨指令) says how much of which item goes from which depots to
// which targets. Its loads are shipments (运次): each takes lots from one depot
// to one target and goes from allocated over picked, left and arrived to
// signed. What was shipped is at every moment on the road, at the target, back
// or lost; the amounts of a shipment line say so.
//
// Pure: it knows no SQL, HTTP, files and no clock. The rules are product.md's
// (Dispatch, Clocks, Recovery); instants are microseconds UTC.
package order
