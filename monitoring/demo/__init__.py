"""Demonstration spreadsheets: invented results written the way ФИС ОКО and РИС ГИА hand them out, so that the demo is imported like any other."""
