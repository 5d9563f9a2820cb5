"""Demonstration spreadsheets: invented results in the layouts of ФИС ОКО and РИС ГИА, so that the demo is imported."""
