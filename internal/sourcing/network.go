package sourcing

import "math"

// network is a minimum-cost flow problem with one root that everything comes
// from, solved by the network simplex method with exact costs.
//
// The basis is kept strongly feasible: from every node some flow can be sent
// to the root along the tree. That makes every choice final, so the method ends
// although most of its steps move nothing.
type network struct {
	wants    []int64 // per node
	from, to []int32
	room     []int64
	cost     []cost
	flow     []int64
	state    []int8 // of an arc outside the tree: empty or full

	parent, up  []int32 // per node: above it in the tree, and by which arc
	depth       []int32
	child       []int32 // its first
	next, prior []int32 // its siblings
	price       []cost
	real        int // arcs before the artificial ones, 0 = not begun
	at          int // where the search for an arc goes on
	stack       []int32
}

const (
	empty  int8 = 1
	inTree int8 = 0
	full   int8 = -1

	none int32 = -1
	root int32 = 0
)

// artificial is more than any way of doing without costs.
const artificial = 1000

func newNetwork(nodes, arcs int) *network {
	arcs += nodes
	return &network{wants: make([]int64, nodes), from: make([]int32, 0, arcs), to: make([]int32, 0, arcs), room: make([]int64, 0, arcs),
		cost: make([]cost, 0, arcs), flow: make([]int64, 0, arcs), state: make([]int8, 0, arcs), parent: make([]int32, nodes),
		up: make([]int32, nodes), depth: make([]int32, nodes), child: make([]int32, nodes), next: make([]int32, nodes),
		prior: make([]int32, nodes), price: make([]cost, nodes)}
}

func (n *network) add(from, to int32, room int64, c cost) {
	n.from, n.to = append(n.from, from), append(n.to, to)
	n.room, n.cost = append(n.room, room), append(n.cost, c)
	n.flow, n.state = append(n.flow, 0), append(n.state, empty)
}

// solve brings every node what it wants at the least cost. The caller's arcs
// must make that possible. It may be called again with other costs.
func (n *network) solve() {
	if n.real == 0 {
		n.begin()
	}
	n.repriceAll()
	for arc := n.entering(); arc >= 0; arc = n.entering() {
		n.pivot(arc)
	}
}

// begin makes a tree of artificial arcs: to whoever wants something, and from
// all others, so that flow can be sent to the root.
func (n *network) begin() {
	n.real = len(n.from)
	for v := range n.parent {
		n.child[v], n.next[v], n.prior[v], n.parent[v] = none, none, none, none
	}
	for v := int32(1); int(v) < len(n.parent); v++ {
		arc := len(n.from)
		if n.wants[v] > 0 {
			n.add(root, v, math.MaxInt64, cost{unmetLevel: artificial})
			n.flow[arc] = n.wants[v]
		} else {
			n.add(v, root, math.MaxInt64, cost{unmetLevel: artificial})
		}
		n.state[arc] = inTree
		n.hang(v, root, int32(arc))
	}
}

// better reports whether bringing an arc into the tree saves more than best,
// and makes that the best.
func (n *network) better(arc int, best *cost) bool {
	state := int64(n.state[arc])
	if state == int64(inTree) {
		return false
	}
	c, from, to := &n.cost[arc], &n.price[n.from[arc]], &n.price[n.to[arc]]
	for i := range c {
		saved := state * (to[i] - from[i] - c[i])
		if saved < best[i] {
			return false
		}
		if saved > best[i] {
			for ; i < levels; i++ {
				best[i] = state * (to[i] - from[i] - c[i])
			}
			return true
		}
	}
	return false
}

// entering looks for the best arc in one block of them after the other.
func (n *network) entering() int {
	block := 20
	for block*block < n.real {
		block++
	}
	best, arc := cost{}, -1
	for seen := 1; seen <= n.real; seen++ {
		if n.at++; n.at >= n.real {
			n.at = 0
		}
		if n.better(n.at, &best) {
			arc = n.at
		}
		if seen%block == 0 && arc >= 0 {
			break
		}
	}
	return arc
}

// hang puts a node below another by an arc.
func (n *network) hang(v, below, arc int32) {
	n.parent[v], n.up[v] = below, arc
	n.prior[v], n.next[v] = none, n.child[below]
	if n.child[below] != none {
		n.prior[n.child[below]] = v
	}
	n.child[below] = v
}

// cut takes a node off what it hangs on.
func (n *network) cut(v int32) {
	if n.prior[v] == none {
		n.child[n.parent[v]] = n.next[v]
	} else {
		n.next[n.prior[v]] = n.next[v]
	}
	if n.next[v] != none {
		n.prior[n.next[v]] = n.prior[v]
	}
}
