"""The rulesets that come with stdrules: folders of data. This file only makes them a package."""
