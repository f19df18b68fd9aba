System.Console.WriteLine("isvc: see --help");
