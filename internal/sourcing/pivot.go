package sourcing

// pivot sends as much as there is room for round the cycle that an arc closes
// with the tree, and lets the arc that has no more room leave it.
func (n *network) pivot(arc int) {
	u, v := n.from[arc], n.to[arc]
	if n.state[arc] == full {
		u, v = v, u
	}
	apex := n.meet(u, v)
	amount := n.room[arc]
	leaving, below := none, none // the node whose arc leaves; the end of arc in its subtree
	for x := u; x != apex; x = n.parent[x] {
		if r := n.left(x, false); r < amount {
			amount, leaving, below = r, x, u
		}
	}
	for x := v; x != apex; x = n.parent[x] {
		// The last on the way round wins, which keeps the basis strongly feasible.
		if r := n.left(x, true); r <= amount {
			amount, leaving, below = r, x, v
		}
	}
	n.send(arc, u, v, apex, amount)
	if leaving == none {
		n.state[arc] = -n.state[arc]
		return
	}
	out := n.up[leaving]
	n.state[out] = empty
	if n.flow[out] > 0 {
		n.state[out] = full
	}
	n.state[arc] = inTree
	above := u
	if below == u {
		above = v
	}
	n.turn(below, above, int32(arc), leaving)
	n.reprice(below)
}

// meet finds where the ways of two nodes to the root join.
func (n *network) meet(u, v int32) int32 {
	for u != v {
		if n.depth[u] >= n.depth[v] {
			u = n.parent[u]
		} else {
			v = n.parent[v]
		}
	}
	return u
}

// left is how much more can go over the arc above a node, up or down.
func (n *network) left(x int32, up bool) int64 {
	arc := n.up[x]
	if (n.from[arc] == x) == up {
		return n.room[arc] - n.flow[arc]
	}
	return n.flow[arc]
}

func (n *network) send(arc int, u, v, apex int32, amount int64) {
	if amount == 0 {
		return
	}
	n.flow[arc] += int64(n.state[arc]) * amount
	for x := u; x != apex; x = n.parent[x] {
		n.shift(x, false, amount)
	}
	for x := v; x != apex; x = n.parent[x] {
		n.shift(x, true, amount)
	}
}

func (n *network) shift(x int32, up bool, amount int64) {
	arc := n.up[x]
	if (n.from[arc] == x) == up {
		n.flow[arc] += amount
	} else {
		n.flow[arc] -= amount
	}
}

// turn hangs the subtree below leaving on a new arc: from its node x up to
// leaving, parents become children.
func (n *network) turn(x, above, arc, leaving int32) {
	for {
		parent, up := n.parent[x], n.up[x]
		n.cut(x)
		n.hang(x, above, arc)
		if x == leaving {
			return
		}
		x, above, arc = parent, x, up
	}
}

// reprice puts the prices and depths of a subtree right that hangs on a new
// arc: all its prices change by the same.
func (n *network) reprice(top int32) {
	change := n.priceOf(top).minus(n.price[top])
	n.below(top, func(x int32) { n.price[x] = n.price[x].plus(change) })
}

// repriceAll counts all prices anew, for other costs.
func (n *network) repriceAll() {
	for c := n.child[root]; c != none; c = n.next[c] {
		n.below(c, func(x int32) { n.price[x] = n.priceOf(x) })
	}
}

// priceOf is what it costs to bring one more to a node by way of the tree.
func (n *network) priceOf(x int32) cost {
	above, arc := n.price[n.parent[x]], n.up[x]
	if n.to[arc] == x {
		return above.plus(n.cost[arc])
	}
	return above.minus(n.cost[arc])
}

// below visits a subtree from its top.
func (n *network) below(top int32, visit func(int32)) {
	n.stack = append(n.stack[:0], top)
	for len(n.stack) > 0 {
		x := n.stack[len(n.stack)-1]
		n.stack = n.stack[:len(n.stack)-1]
		visit(x)
		n.depth[x] = n.depth[n.parent[x]] + 1
		for c := n.child[x]; c != none; c = n.next[c] {
			n.stack = append(n.stack, c)
		}
	}
}
