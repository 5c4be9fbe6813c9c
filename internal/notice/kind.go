package notice

import "slices"

// Kind says what a notice is about. It is stored, and webhooks choose by it: a
// kind is added here and never renamed.
type Kind string

// The kinds there are, with the office's words in kindNames.
const (
	RequestSent     Kind = "request.sent"
	RequestAnswered Kind = "request.answered"
	RequestRefused  Kind = "request.refused"
	OrderProposed   Kind = "order.proposed"
	OrderApproved   Kind = "order.approved"
	OrderRefused    Kind = "order.refused"
	OrderCancelled  Kind = "order.cancelled"
	OrderLeft       Kind = "order.left"
	OrderSigned     Kind = "order.signed"
	OrderShort      Kind = "order.short"
	PapersLate      Kind = "papers.late"
	TransitOld      Kind = "transit.old"
	ResponseStarted Kind = "response.started"
	ResponseLevel   Kind = "response.level"
	ResponseEnded   Kind = "response.ended"
	ImportApplied   Kind = "import.applied"

	// HookTest and HookFailed are about webhooks themselves. They go to no
	// webhook by being told: a webhook that fails must not feed itself.
	HookTest   Kind = "webhook.test"
	HookFailed Kind = "webhook.failed"
)

// Kinds are those a webhook can choose, in the order pages show them.
var Kinds = []Kind{RequestSent, RequestAnswered, RequestRefused, OrderProposed, OrderApproved, OrderRefused, OrderCancelled, OrderLeft, OrderSigned, OrderShort,
	PapersLate, TransitOld, ResponseStarted, ResponseLevel, ResponseEnded, ImportApplied}

var kindNames = map[Kind]string{
	RequestSent: "收到需求报告", RequestAnswered: "需求报告已安排", RequestRefused: "需求报告被退回", OrderProposed: "待批准的调拨指令", OrderApproved: "调拨指令已批准", OrderRefused: "调拨指令被退回",
	OrderCancelled: "调拨指令已撤销", OrderLeft: "物资已发出", OrderSigned: "已签收", OrderShort: "到货有缺损",
	PapersLate: "补手续超时", TransitOld: "在途超时", ResponseStarted: "启动应急响应", ResponseLevel: "应急响应调级",
	ResponseEnded: "应急响应终止", ImportApplied: "台账已导入", HookTest: "测试消息", HookFailed: "通知推送失败",
}

// Name gives the Chinese name, "" for a kind there is not.
func (k Kind) Name() string { return kindNames[k] }

// Outward reports a kind that webhooks send.
func (k Kind) Outward() bool { return slices.Contains(Kinds, k) }
