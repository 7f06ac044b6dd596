"""The learned typer: what it judges, from which features, and how it joins the frames."""
