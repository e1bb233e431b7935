"""Tells a column of full names from a column of masked names, villages or results, by its header and its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from portal.domain.identity import INTERPUNCT, clean_name, is_name

SURNAMES: Final = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰"
    "郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利"
    "蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂"
    "钦佘牟商佴伯赏墨哈谯笪年爱阳佟言福肖覃代候付邸苑税闪仝户尧兰苟"
)
COMPOUND_SURNAMES: Final = (
    *("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "司徒"),
    *("端木", "东方", "南宫", "独孤", "西门", "申屠", "闻人", "赫连", "澹台", "轩辕", "呼延", "拓跋", "百里"),
)

_NAME_HEADER = re.compile(
    "姓名|户主|户名|名字|持卡人|开户人|申请人|购买者|购机者|领款人|代领人|领取人|收款人|受益人|监护人|联系人|补贴对象|农户$"
)
_NOT_A_NAME_HEADER = re.compile("关系|拼音|项目|政策|类型|类别|数$|总|电话|账号|帐号|身份证|地址|单位|是否|[一-鿿]{13}")
_A_REASON = re.compile("不符|不存在|不一致|过期|有误|错误|异常|注销|销户|冻结|挂失|缺|失败")  # 户名不符 heads no column
_ID_HEADER = re.compile("身份证|身份号码|证件号")
_ACCOUNT_HEADER = re.compile("账号|帐号|账户|帐户|卡号|一卡通号|存折号")
_NOT_PEOPLE = re.compile(
    "[村组镇乡县市省区街道局所站社行部委校园厂店会户款贴补功败元亩号期额项注计某]$|^合计|^小计|^总计|某"
)
_MASKED = re.compile(r"[*＊×xX●○■□某]")


def header_kind(text: str) -> str:
    """What the column under this header holds: "name", "id", "account" or nothing of interest."""
    words = re.sub(r"\s", "", text)
    if not words or len(words) > 20 or _A_REASON.search(words):
        return ""
    if _ID_HEADER.search(words):
        return "id"
    if _ACCOUNT_HEADER.search(words):
        return "account"
    return "name" if _NAME_HEADER.search(words) and not _NOT_A_NAME_HEADER.search(words) else ""


def is_full_name(text: str) -> bool:
    """Han characters, two to four or with an interpunct, nothing masked: under a header that says so, a name."""
    name = clean_name(text)
    if not is_name(name) or "某" in name or header_kind(name):
        return False
    return len(name) <= 4 or (INTERPUNCT in name and len(name) <= 25)


def looks_like_a_name(text: str) -> bool:
    """The same where no header says so: it must begin with a surname and not end like a place or a result."""
    name = clean_name(text)
    if not is_full_name(name) or _NOT_PEOPLE.search(name):
        return False
    if INTERPUNCT in name:
        return True
    return name.startswith(COMPOUND_SURNAMES) or (len(name) <= 3 and name[0] in SURNAMES)


@dataclass
class ColumnOfNames:
    """Adds up one column's cells, top to bottom, without keeping them all."""

    header: str = ""
    full_names: int = 0  # under a header of names
    alike: int = 0  # cells that look like names, header or not
    others: int = 0  # other cells between the first and the last that does
    _since: int = 0
    _different: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        kind = header_kind(text)
        if kind:
            self.header = kind
            return
        if self.header == "name" and is_full_name(text) and not _MASKED.search(text):
            self.full_names += 1
        if looks_like_a_name(text):
            self.alike += 1
            self.others += self._since
            self._since = 0
            if len(self._different) < 100:
                self._different.add(text)
        elif self.alike:
            self._since += 1

    @property
    def holds_full_names(self) -> bool:
        """Said by the header; or at least five cells, four in five, that look like names and mostly differ.

        Titles above and signatures below do not count; a village's name on every row is not many names.
        """
        if self.full_names:
            return True
        enough = self.alike >= 5 and self.alike >= 4 * self.others
        return not self.header and enough and len(self._different) * 2 >= min(self.alike, 100)
