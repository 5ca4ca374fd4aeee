"""The providers in the real plugin process, driven over gRPC as the engine drives it, with the oldest and the newest
supported version of Pulumi's SDK."""
