package reading

import (
	"regexp"
	"strings"
)

// The forms of names. They are suffixes of the language: every district has
// other names, and all end in these.
var (
	adminForm = regexp.MustCompile(`^\p{Han}{1,14}(省|市|县|区|旗|镇|乡|街道|街道办|街道办事处|人民政府|社区|村|村委会|居委会)$`)
	depotForm = regexp.MustCompile(`(储备库|储备中心|储备点|储备站|物资库|仓库|中心库|应急库|救灾库|防汛库|备灾库|森防库|\p{Han}{2}分库|总库|代储库|代储点|前置库|专库|装备库|储备仓|物资站|\p{Han}{2}物资点|[省市县区镇乡]级?库|[省县区市镇乡]级|本级)$`)
	roomForm  = regexp.MustCompile(`(\d+|[一二三四五六七八九十]+|[a-zA-Z])(号|#|区|栋|楼|库|仓|室)|库房|货架|料棚|库区|料场|棚区|料区|场地|室外|室内|露天|地下室|^[东西南北中](侧|区|库)$`)
	tierForm  = regexp.MustCompile(`^(省|市|县|区|街镇|乡镇|镇街|镇|乡|街道|村|社区|村社区)级?(储备|应急)?(库|点|站|仓库|储备库|储备点)$`)
	leadForm  = regexp.MustCompile(`^(\p{Han}{1,8}?(?:自治州|自治县|省|市|县|区|旗|镇|乡|街道|社区|村))`)
	houseForm = regexp.MustCompile(`^\p{Han}{0,12}?(医院|卫生院|中学|小学|学校|学院|大学|公司|敬老院|福利院|救援队|大队|支队|中队|消防站|服务中心|管委会|农场|林场)`)
	storeForm = regexp.MustCompile(`^(\p{Han}{0,12}?(?:储备库|储备中心|储备点|储备站|物资库|仓库|中心库))`)
	yearForm  = regexp.MustCompile(`^[（(]?(?:19|20)\d\d(?:年度|年|—|-)?(?:第?[一二三四1-4]季度|上半年|下半年|\d{1,2}月份?)?[）)]?`)
	goodsWord = regexp.MustCompile(`应急|救灾|物资|防汛|抗旱|储备|装备|森林|防火|消防|台账|清单|情况|计划|生活|医疗|管理|登记`)
)

// generic are words that end like names and name nothing.
var generic = map[string]bool{
	"乡镇": true, "城镇": true, "街镇": true, "镇街": true, "社区": true, "街道": true, "地区": true, "县区": true, "区县": true, "市县": true, "城市": true, "城乡": true, "库区": true, "小区": true,
	"园区": true, "山区": true, "林区": true, "农村": true, "县乡": true, "县级": true, "区级": true, "市级": true, "乡村": true, "全区": true, "全县": true, "全市": true, "全镇": true, "全乡": true, "本区": true, "本县": true, "本市": true, "本镇": true, "本乡": true,
	"各区": true, "各县": true, "各镇": true, "各乡": true, "各村": true, "各街道": true, "各社区": true, "各乡镇": true, "各县区": true, "各村社区": true, "超市": true, "景区": true, "灾区": true, "东区": true, "西区": true, "南区": true, "北区": true,
}

// placeName reports whether a whole text names a place or a depot.
func placeName(text string) bool {
	s := strings.TrimSpace(text)
	if s == "" || generic[s] || runeCount(s) > 24 || strings.ContainsAny(s, "，。；：:、/") {
		return false
	}
	if roomForm.MatchString(s) && !strings.Contains(s, "储备") {
		return false
	}
	if tierForm.MatchString(withoutBrackets(s)) {
		return true
	}
	if adminForm.MatchString(s) {
		return !strings.HasPrefix(s, "各") && !goodsWord.MatchString(s)
	}
	return depotForm.MatchString(s) && s != "仓库" && s != "储备库" && s != "储备点" && s != "物资库"
}

// placeGroup reports a heading that stands over places: 乡镇（街道）储备.
func placeGroup(text string) bool {
	base, _ := cutBrackets(fold(text))
	for _, w := range []string{"乡镇", "街道", "镇街", "街镇", "县区", "区县", "各镇", "各村", "社区", "储备点", "库点", "县级", "区级", "镇级", "仓库"} {
		if strings.Contains(base, w) {
			return true
		}
	}
	return false
}

// placeIn finds the place a title begins with: 石桥镇 in 石桥镇应急物资清单,
// and the depot behind it where the title names one.
func placeIn(title string) string {
	s := yearForm.ReplaceAllString(clean(title), "")
	s = strings.TrimLeft(s, "关于 ")
	place := ""
	for {
		m := leadForm.FindString(s)
		if m == "" || generic[m] || strings.HasPrefix(m, "各") || strings.HasPrefix(m, "全") || goodsWord.MatchString(m) {
			break
		}
		if rest := s[len(m):]; strings.HasPrefix(rest, "级") || place != "" && runeCount(m) < 2 {
			break
		}
		place, s = place+m, s[len(m):]
	}
	if place == "" {
		return ""
	}
	if m := storeForm.FindString(s); m != "" && !strings.HasPrefix(s[len(m):], "存") { // 应急物资库存台账 names no store
		return place + m
	}
	if m := houseForm.FindString(s); m != "" {
		return place + m
	}
	return place
}

// sheetPlace gives the place a sheet is named after, "" when its name is none.
func sheetPlace(name string) string {
	base, _ := cutBrackets(strings.NewReplacer("（", "(", "）", ")").Replace(clean(name)))
	if placeName(base) || houseEnd.MatchString(base) || sheetStore.MatchString(base) && !roomForm.MatchString(base) && !notStores[base] {
		return base
	}
	return placeIn(base)
}

// placeLevel tells the tier of a pivot's place.
func placeLevel(place string) string {
	switch {
	case regexpCounty.MatchString(place):
		return "county"
	case regexpVillage.MatchString(place):
		return "village"
	}
	return "township"
}

var (
	regexpCounty  = regexp.MustCompile(`[县区市]级|[县区](库|本级|储备|仓库|应急|$)`)
	regexpVillage = regexp.MustCompile(`(村|社区|居委会|村委会)`)
)

func withoutBrackets(text string) string {
	base, _ := cutBrackets(fold(text))
	return base
}

// sheetStore are sheets called after a store: 城西库. notStores end alike.
var (
	sheetStore = regexp.MustCompile(`^\p{Han}{2,10}(库|仓|储备点)$`)
	notStores  = map[string]bool{"数据库": true, "物资库": true, "资料库": true, "题库": true, "仓库": true, "储备库": true, "应急库": true, "名称库": true, "产品库": true, "人员库": true, "专家库": true, "基础库": true, "标准库": true, "出入库": true}
)

// houseEnd are institutions that keep stores of their own: 松岭林场, 柳河中学.
var houseEnd = regexp.MustCompile(`^\p{Han}{1,12}(林场|农场|林业站|水管站|养护站|工作站|服务站|消防站|救援站|护林站|防火站|派出所|管理所|中学|小学|学校|学院|医院|卫生院|卫生所|中队|大队|支队|总队|救援队|敬老院|福利院|养护中心|服务中心|疾控中心|救援中心|公司|景区|水库)$`)

// keepsStores reports what a column may hold that says whose store a line lies
// in: places, stores, offices and institutions, but no makers.
func keepsStores(text string) bool {
	return placeName(text) || storeName(text) && runeCount(text) > 2 || houseEnd.MatchString(text) && !strings.HasSuffix(text, "公司") || placeIn(text) != "" && organisation(text)
}

var storeEnd = regexp.MustCompile(`^\p{Han}{2,}(库|仓|点|站|中心)$`)

// storeName reports what a column of stores may hold beyond the names that are
// told anywhere: 江北备灾分库, but no room.
func storeName(text string) bool { return storeEnd.MatchString(text) && !roomForm.MatchString(text) }
