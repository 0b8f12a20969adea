namespace Purser.Server.Web.Components;

public enum Tone { Plain, Good, Info, Minor, Major }
