"""A profile: the readings and parameters that an organisation has settled for one ruleset."""

from typing import Literal

from stdrules.model.base import Model, Name, TextPair, doc


class Profile(Model):
    """The file profile.yaml.

    A parameter that is null has no value, whatever the ruleset gives it by default.
    """

    stdrules: Literal["1"] = doc("格式版本", "the version of the format")
    profile: Name = doc("方案编号", "the id of the profile")
    title: TextPair = doc("名称", "its title")
    ruleset: Name = doc("所属规则集", "the id of the ruleset that it is for")
    readings: dict[Name, Name] = doc("选定的解读", "the readings chosen", {})
    parameters: dict[Name, str | None] = doc(
        "选定的参数，空为未定", "the values of parameters; null: no value", {}
    )
    why: dict[Name, TextPair] = doc(
        "各项选择的理由", "why, by the name of the reading or parameter", {}
    )
