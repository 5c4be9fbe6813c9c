// Package sourcing decides where the goods of a dispatch come from: three plans
// (三套调配方案) for the same needs, each the best there is by its own objective.
//
// Pure: it knows no SQL, HTTP, files or clock. It is given the needs, what is
// free and usable, the roads, the minima and the ranks of depots, and gives
// back lots, legs, vehicles and what remains. Nothing is a float and nothing is
// weighed: an objective is a list of figures, compared from the front.
//
// # The objectives
//
// All three meet as much as can be met first. Then
//
//   - Fastest (最快到达) uses least of unknown roads, then has the earliest last
//     arrival, then the least quantity × minutes, then the least rank (own level
//     first), then what expires first;
//   - KeepMinimum (保留底线) takes nothing that would leave an item at a depot
//     below its minimum, even if a need stays unmet for it, and lists what was
//     held; it uses least of unknown roads, then the least rank, then as Fastest;
//   - ExpiringFirst (先到期先用) uses what expires first, day by day, then as
//     Fastest.
//
// Minutes are the road's and the depot's loading; the last arrival is that of
// the whole plan, over known roads. A pair without minutes ranks behind all
// known ones: what must come over it is counted first, and the plan says so.
// Vehicles are counted afterwards and decide nothing.
//
// # What "as much as can be met" means
//
// Needs that share goods, directly or through others, are a group; groups have
// nothing to do with each other but the last arrival. In a group all goods
// count in one unit, the smallest piece. Each need is cut into tenths, a tenth
// ending with a whole piece, and what is not met costs more the lower its tenth:
// first every line gets as much of its first tenth as can be, then of its
// second, and so on (SharingRule says it in Chinese). Within a tenth the rest of
// the objective decides. So two streets that ask for 100 tents each of 100 there
// are get 50 each, wherever the tents lie, and no order of lines matters.
//
// That gives nothing away: what a group can be given forms a polymatroid, in
// which every sharing that cannot be added to has the same total. The total met
// is the most there can be, and for the same reason a sum with falling weights
// and the comparison tenth by tenth choose the same, as do a sum over expiry
// days and the comparison day by day. The tests compare them.
//
// # Whole pieces
//
// Goods go out in the smallest amount their unit allows, serials one by one. A
// need in another unit is rounded up to whole pieces, so 3 packs may be one
// crate of 24; a line gets more than it asked for only by what one piece makes,
// and never a piece it could do without.
//
// Where one group has pieces of different weights (a tent that counts for
// three) the best choice of whole pieces is a knapsack. A line alone is solved
// exactly where that takes some ten milliseconds. Several lines that share such
// goods are solved as if goods could be divided, then by branch and bound over
// that; beyond some hundred ways between depots and lines the shares are only
// made whole, line by line. Gap tells what that may cost.
//
// Two ratios can contradict each other: two groups of equivalent goods that
// overlap and count the same items differently. Then there is no common unit,
// and these lines alone are planned one after the other by their number. The
// same holds for ratios too far apart for 64 bits; where they are so within one
// line, a piece counts up to a millionth less than it is.
//
// # How
//
// A group is a minimum-cost flow from a root over depots' items to lines, one
// arc per expiry day into each item and one per tenth for what is not met. The
// costs are vectors, compared from the front, so one flow settles a whole
// objective exactly. It is solved by the network simplex method, which mends one
// tree, where successive shortest paths would search the whole network once for
// every depot that gives something; and under another limit of arrival it goes
// on from where it stands. The last arrival, which no sum can hold, is searched
// for over the arrivals there are: a group's answer without a limit says how
// well it can do in what counts more, and the limit is the earliest at which it
// still does as well. A line alone needs no flow: its goods in order of cost
// are.
//
// No library does this. Gonum has no minimum-cost flow (its issue 1413 asks for
// a maximum flow since 2020), and those Go packages that have one take a single
// float or integer as cost, which a lexicographic objective does not fit into
// without weights that overflow.
//
// The same problem in any order gives the same plan.
package sourcing
