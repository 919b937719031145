"""The API: the published figures for programs, under the rights of whoever asks."""
