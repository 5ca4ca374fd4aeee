"""The provider class of each kind. States hold these by reference: module and class names are a contract for ever."""
